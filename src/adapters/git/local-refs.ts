import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { percentDecoded } from '../../model/percent-decoded.ts'
import { ifMissing } from '../../support/files/if-missing.ts'
import { makePrivate, writePrivate } from '../../support/files/private.ts'
import { DamagedStore } from './damaged-store.ts'
import { isObjectId } from './object-id.ts'

/**
 * The local ref of a remote branch. Each branch has one flat name, so that `a/b` may replace `a`. Only this
 * ref counts as a "have" when isomorphic-git fetches a single branch.
 */
export function localRef(branch: string): string {
  return `refs/heads/${encodeURIComponent(branch).replace(/\.lock$/, '%2Elock')}`
}

/** The commit of a local ref; undefined if there is none. @throws DamagedStore */
export async function readRef(gitdir: string, ref: string): Promise<string | undefined> {
  const text = await readFile(join(gitdir, ref), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw new DamagedStore(`${ref} cannot be read`, { cause: error })
  })
  if (text === undefined) return undefined
  if (!isObjectId(text.trim())) throw new DamagedStore(`${ref} is damaged`)
  return text.trim()
}

/** Writes a local ref atomically. */
export async function writeRef(gitdir: string, ref: string, oid: string): Promise<void> {
  const unfinished = join(gitdir, `tmp_${randomUUID()}`)
  await makePrivate(join(gitdir, 'refs', 'heads'))
  await writePrivate(unfinished, `${oid}\n`)
  await rename(unfinished, join(gitdir, ref))
}

/** The branches that have a local ref. */
export async function localBranches(gitdir: string): Promise<string[]> {
  const names = await readdir(join(gitdir, 'refs', 'heads')).catch(ifMissing([]))
  return names.flatMap((name) => percentDecoded(name) ?? [])
}
