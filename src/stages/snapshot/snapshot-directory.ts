import { access } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { isFault } from '../../model/fault.ts'
import { type Commit, MAX_FILE_BYTES, placedBelow, type Snapshot } from '../../model/snapshot.ts'
import { readDirectory } from './read-directory.ts'

/** Placeholder for the commit that would follow: a directory has none yet. */
export const NO_COMMIT: Commit = { oid: '0'.repeat(40), message: '', parents: [], committer: '', time: 0 }

/**
 * A local directory as the commit that would hold it; the root of the repository is that of its working copy,
 * or else the directory itself.
 * @throws FaultError git-no-path where something cannot be read; git-too-large
 */
export async function snapshotDirectory(directory: string): Promise<Snapshot> {
  const top = await workingCopyOf(directory)
  const { entries, contents } = await readDirectory(directory, { maxBytes: MAX_FILE_BYTES })
  const outside = new Map<string, Uint8Array>()
  return {
    commit: NO_COMMIT,
    entries,
    root: relative(top, resolve(directory)).split(sep).join('/'),
    readBlobs: async (oids) => found(oids, contents, outside),
    entriesBelow: async (path) => {
      const below = await readDirectory(join(top, path), { maxBytes: MAX_FILE_BYTES }).catch(unlessMissing)
      for (const [oid, bytes] of below.contents) outside.set(oid, bytes)
      return placedBelow(path, below.entries)
    },
  }
}

function found(
  oids: readonly string[],
  ...places: readonly ReadonlyMap<string, Uint8Array>[]
): ReadonlyMap<string, Uint8Array> {
  const pairs = oids.flatMap((oid) => {
    const bytes = places.map((place) => place.get(oid)).find((each) => each !== undefined)
    return bytes ? [[oid, bytes] as const] : []
  })
  return new Map(pairs)
}

/** Finds the closest directory with a .git, as Git does. */
async function workingCopyOf(directory: string): Promise<string> {
  const start = resolve(directory)
  for (let around = start; ; around = dirname(around)) {
    const isTop = await access(join(around, '.git')).then(
      () => true,
      () => false, // an unreadable directory is no working copy
    )
    if (isTop) return around
    if (around === dirname(around)) return start
  }
}

function unlessMissing(error: unknown): Awaited<ReturnType<typeof readDirectory>> {
  if (isFault(error, 'git-no-path')) return { entries: [], contents: new Map() }
  throw error
}
