import { FaultError, fault } from '../model/fault.ts'
import type { TreeEntry } from '../model/snapshot.ts'
import type { ByteCache } from './byte-cache.ts'
import { MissingObject } from './damaged-store.ts'
import type { ObjectStore } from './object-store.ts'
import { DIRECTORY, parseTree, SUBMODULE, SYMLINK, type TreeRecord } from './tree.ts'

/** Parsed trees by their ids: an unchanged directory is not read again. */
export type TreeCache = ByteCache<string, readonly TreeRecord[]>

const MOST_ENTRIES = 1_000_000
/** Roughly what a parsed tree takes in memory, per byte of the tree object. */
const PARSED = 5

/** Reads the trees with these ids. @throws MissingObject, DamagedStore */
export async function readTrees(
  objects: ObjectStore,
  cache: TreeCache,
  oids: readonly string[],
): Promise<Map<string, readonly TreeRecord[]>> {
  const found = new Map<string, readonly TreeRecord[]>()
  const wanted: string[] = []
  for (const oid of oids) {
    const known = cache.get(oid)
    if (known) found.set(oid, known)
    else wanted.push(oid)
  }
  const read = await objects.read(wanted)
  for (const oid of wanted) {
    const object = read.get(oid)
    if (object?.type !== 'tree') throw new MissingObject(oid)
    const records = parseTree(object.bytes)
    cache.set(oid, records, object.bytes.length * PARSED)
    found.set(oid, records)
  }
  return found
}

/** All entries below a tree, sorted by path. @throws FaultError git-too-large, MissingObject, DamagedStore */
export async function walkTree(objects: ObjectStore, cache: TreeCache, root: string): Promise<TreeEntry[]> {
  const trees = new Map<string, readonly TreeRecord[]>()
  let level = [root]
  while (level.length > 0) {
    const read = await readTrees(objects, cache, level)
    for (const [oid, records] of read) trees.set(oid, records)
    const below = read.values().flatMap((records) => records.filter(isDirectory).map(({ oid }) => oid))
    level = [...new Set(below)].filter((oid) => !trees.has(oid))
  }
  return flatten(trees, root)
}

/** The id of the directory at `path`, or undefined where there is none. */
export async function findTree(
  objects: ObjectStore,
  cache: TreeCache,
  root: string,
  path: string,
): Promise<string | undefined> {
  let oid = root
  for (const part of path.split('/').filter((name) => name !== '' && name !== '.')) {
    const records = (await readTrees(objects, cache, [oid])).get(oid) ?? []
    const next = records.find(({ name, mode }) => name === part && mode === DIRECTORY)
    if (!next) return undefined
    oid = next.oid
  }
  return oid
}

function flatten(trees: ReadonlyMap<string, readonly TreeRecord[]>, root: string): TreeEntry[] {
  const entries: TreeEntry[] = []
  const pending = [{ oid: root, prefix: '' }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const record of trees.get(next.oid) ?? []) {
      const path = next.prefix + record.name
      if (isDirectory(record)) pending.push({ oid: record.oid, prefix: `${path}/` })
      else entries.push({ path, oid: record.oid, type: typeOf(record.mode) })
    }
    if (entries.length + pending.length > MOST_ENTRIES) {
      throw new FaultError(fault('git-too-large', `more than ${MOST_ENTRIES} files`))
    }
  }
  return entries.sort((one, other) => (one.path < other.path ? -1 : 1))
}

function isDirectory({ mode }: TreeRecord): boolean {
  return mode === DIRECTORY
}

function typeOf(mode: string): TreeEntry['type'] {
  if (mode === SYMLINK) return 'symlink'
  return mode === SUBMODULE ? 'submodule' : 'file'
}
