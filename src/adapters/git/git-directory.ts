import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ifMissing } from '../../support/files/if-missing.ts'
import { makePrivate, writePrivate } from '../../support/files/private.ts'
import { DamagedStore } from './damaged-store.ts'
import { isObjectId } from './object-id.ts'

const HEAD = 'ref: refs/heads/main\n'
const LAYOUT = '1'

/**
 * Makes a bare git directory, or rewrites the constant files of an existing one: HEAD and config. The refspec
 * matches nothing: no remote-tracking refs are kept.
 */
export async function prepareGitDirectory(gitdir: string, url: string): Promise<void> {
  await makePrivate(join(gitdir, 'objects', 'pack'))
  await makePrivate(join(gitdir, 'refs', 'heads'))
  await writePrivate(join(gitdir, 'HEAD'), HEAD)
  await writePrivate(
    join(gitdir, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tbare = true\n' +
      '[remote "origin"]\n\tfetch = +refs/nothing/*:refs/nothing/*\n',
  )
  await writePrivate(join(gitdir, 'reeve'), marker(url))
}

/** Whether the directory was made for this URL, with the current layout. */
export async function isMadeFor(gitdir: string, url: string): Promise<boolean> {
  return (await readFile(join(gitdir, 'reeve'), 'utf8').catch(ifMissing(''))) === marker(url)
}

/** Whether the directory is empty or missing. */
export async function isEmptyDirectory(directory: string): Promise<boolean> {
  return (await readdir(directory).catch(ifMissing([]))).length === 0
}

/** Removes leftovers of a killed process: lock files, unfinished objects, packs without an index. */
export async function removeLeftovers(gitdir: string): Promise<void> {
  const files = await readdir(gitdir, { recursive: true }).catch(ifMissing([]))
  const known = new Set(files)
  const leftover = (file: string): boolean =>
    /(?:^|\/)tmp_[^/]*$|\.lock$/.test(file) ||
    (file.endsWith('.pack') && !known.has(file.replace(/pack$/, 'idx')))
  await Promise.all(
    files.filter(leftover).map((file) => rm(join(gitdir, file), { recursive: true, force: true })),
  )
}

/** The commits whose parents were not fetched (gitformat: the file `shallow`). @throws DamagedStore */
export async function readShallow(gitdir: string): Promise<string[]> {
  const text = await readFile(join(gitdir, 'shallow'), 'utf8').catch(ifMissing(''))
  const oids = text.split('\n').filter((line) => line !== '')
  if (!oids.every(isObjectId)) throw new DamagedStore('the list of shallow commits is damaged')
  return oids
}

function marker(url: string): string {
  return `${LAYOUT} ${url}\n`
}
