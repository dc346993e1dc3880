import { FaultError, fault } from '../../model/fault.ts'
import type { TreeEntry } from '../../model/snapshot.ts'
import { MissingObject } from './damaged-store.ts'
import type { ObjectReader } from './object-reader.ts'
import { DIRECTORY, parseTree, SUBMODULE, SYMLINK, type TreeRecord } from './tree.ts'
import type { Tree, TreeCache } from './tree-cache.ts'
import { extentOf, isTooLarge, MOST_CHARACTERS, MOST_ENTRIES } from './tree-extent.ts'

const DEEPEST = 500
const FILE_MODES: ReadonlySet<string> = new Set(['100644', '100755', '100664'])
/** Maximum length of the path of a directory, in characters: that of file systems. */
const LONGEST = 4096

/** Reads the trees with these ids. @throws MissingObject, DamagedStore */
async function readTrees(
  objects: ObjectReader,
  cache: TreeCache,
  oids: readonly string[],
): Promise<Map<string, Tree>> {
  const found = new Map<string, Tree>()
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
    const tree = { records: parseTree(object.bytes) }
    cache.set(oid, tree)
    found.set(oid, tree)
  }
  return found
}

/**
 * All entries below a tree, sorted as Git does: by the bytes of their paths. A directory that the previous
 * walk met at the same place has the same entry objects as then. One that is too deep or too large is an entry itself,
 * so that it concerns nothing around it.
 * @throws FaultError git-too-large, MissingObject, DamagedStore
 */
export async function walkTree(
  objects: ObjectReader,
  cache: TreeCache,
  root: string,
): Promise<readonly TreeEntry[]> {
  const trees = new Map<string, Tree>()
  let level = [root]
  for (let depth = 0; level.length > 0 && depth <= DEEPEST; depth++) {
    const read = await readTrees(objects, cache, level)
    for (const [oid, tree] of read) trees.set(oid, tree)
    const below = read.values().flatMap(({ records }) => records.filter(isDirectory).map(({ oid }) => oid))
    level = [...new Set(below)].filter((oid) => !trees.has(oid))
  }
  cache.turn()
  return list({ trees, listed: 0, characters: 0 }, root, '', 0)
}

/** The id of the directory at `path`; undefined if there is none. */
export async function findTree(
  objects: ObjectReader,
  cache: TreeCache,
  root: string,
  path: string,
): Promise<string | undefined> {
  let oid = root
  for (const part of path.split('/').filter((name) => name !== '' && name !== '.')) {
    const records = (await readTrees(objects, cache, [oid])).get(oid)?.records ?? []
    const next = records.find(({ name, mode }) => name === part && mode === DIRECTORY)
    if (!next) return undefined
    oid = next.oid
  }
  return oid
}

/** The id of the file at `path`; undefined if there is none. */
export async function findBlob(
  objects: ObjectReader,
  cache: TreeCache,
  root: string,
  path: string,
): Promise<string | undefined> {
  const slash = path.lastIndexOf('/')
  const tree = await findTree(objects, cache, root, path.slice(0, Math.max(0, slash)))
  if (tree === undefined) return undefined
  const records = (await readTrees(objects, cache, [tree])).get(tree)?.records ?? []
  return records.find(({ name, mode }) => name === path.slice(slash + 1) && FILE_MODES.has(mode))?.oid
}

interface Walk {
  readonly trees: ReadonlyMap<string, Tree>
  /** Records listed so far: a few trees can stand for any number of files. */
  listed: number
  /** Of their paths: a long one may have any number of files below. */
  characters: number
}

function list(walk: Walk, oid: string, prefix: string, depth: number): readonly TreeEntry[] {
  const tree = walk.trees.get(oid)
  if (tree === undefined) return []
  if (tree.listing?.prefix === prefix) return tree.listing.entries
  walk.listed += 1 + tree.records.length
  if (walk.listed > MOST_ENTRIES) throw tooLarge(`more than ${MOST_ENTRIES} files`)
  walk.characters += prefix.length * tree.records.length
  if (walk.characters > MOST_CHARACTERS) throw tooLarge(`paths of more than ${MOST_CHARACTERS} characters`)
  const entries: TreeEntry[] = []
  for (const record of tree.records) {
    const path = prefix + record.name
    const type = typeOf(walk, record, path, depth)
    if (type !== undefined) entries.push({ path, oid: record.oid, type })
    else for (const entry of list(walk, record.oid, `${path}/`, depth + 1)) entries.push(entry)
  }
  tree.listing = { prefix, entries }
  return entries
}

function tooLarge(why: string): FaultError {
  return new FaultError(fault('git-too-large', why))
}

function isDirectory({ mode }: TreeRecord): boolean {
  return mode === DIRECTORY
}

/** Undefined for a directory that is listed. */
function typeOf(
  { trees }: Walk,
  { mode, oid }: TreeRecord,
  path: string,
  depth: number,
): TreeEntry['type'] | undefined {
  if (mode === SYMLINK) return 'symlink'
  if (mode === SUBMODULE) return 'submodule'
  if (mode !== DIRECTORY) return 'file'
  if (depth === DEEPEST || path.length > LONGEST) return 'too-deep'
  return isTooLarge(extentOf(oid, trees)) ? 'too-large' : undefined
}
