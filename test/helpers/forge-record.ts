import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'
import { git } from '../../src/sandbox/git-process.ts'
import { statusPath } from '../../src/stages/report/status-path.ts'
import type { Fleet } from './fleet.ts'

/** Changes fields of a record, as one does who may push to the status branch alone; undefined removes a field. */
export async function forgeRecord(fleet: Fleet, name: string, fields: object): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'reeve-forged-'))
  const run = (...args: string[]) => git(args, { cwd: copy })
  try {
    await run('clone', '--quiet', '--branch', fleet.statusBranch, fleet.git.directory, '.')
    const file = join(copy, statusPath(name))
    const record = load(await readFile(file, 'utf8')) as object
    await writeFile(file, dump({ ...record, ...fields }, { skipInvalid: true, noRefs: true }))
    const author = ['-c', 'user.name=x', '-c', 'user.email=x@localhost']
    await run(...author, 'commit', '--quiet', '--all', '--allow-empty', '--message', 'Forge')
    await run('push', '--quiet')
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
