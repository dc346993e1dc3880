import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ifMissing } from '../../../support/files/if-missing.ts'
import { isObjectId } from '../object-id.ts'

const FILE = 'reeve-target-commits'

/**
 * Commits of target branches that were fetched one by one, by the remote's word. The local history does not lead to
 * them, so that nothing else tells them from commits of a change. Kept with the git directory.
 */
export async function readTargetCommits(gitdir: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(gitdir, FILE), 'utf8').catch(ifMissing(''))
  return new Set(text.split('\n').filter(isObjectId))
}

export async function noteTargetCommit(gitdir: string, oid: string): Promise<void> {
  await appendFile(join(gitdir, FILE), `${oid}\n`, { mode: 0o600 })
}
