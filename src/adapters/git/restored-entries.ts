import type { ObjectReader } from './object-reader.ts'
import { DIRECTORY, type TreeRecord } from './tree.ts'
import { type Entry, readTree } from './write-tree.ts'

/**
 * Entries of a tree by their paths, with their modes; undefined for a path that it lacks.
 * @throws MissingObject, DamagedStore
 */
export async function restoredEntries(
  objects: ObjectReader,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Entry | undefined>> {
  const read = new Map<string, Promise<readonly TreeRecord[]>>()
  const recordsOf = (oid: string) => {
    const known = read.get(oid) ?? readTree(objects, oid)
    read.set(oid, known)
    return known
  }
  const found = new Map<string, Entry | undefined>()
  for (const path of paths) found.set(path, await entryAt(path, tree, recordsOf))
  return found
}

async function entryAt(
  path: string,
  root: string,
  recordsOf: (oid: string) => Promise<readonly TreeRecord[]>,
): Promise<Entry | undefined> {
  let entry: Entry | undefined = { mode: DIRECTORY, oid: root }
  for (const name of path.split('/')) {
    if (entry?.mode !== DIRECTORY) return undefined
    const { oid }: Entry = entry
    entry = (await recordsOf(oid)).find((record) => record.name === name)
  }
  return entry && { mode: entry.mode, oid: entry.oid }
}
