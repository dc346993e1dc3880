import { setImmediate as turnOfOthers } from 'node:timers/promises'
import type { ObjectReader } from '../object-reader.ts'
import { DIRECTORY } from '../tree.ts'
import { type AddObject, type Entry, readTree, writeEntries } from '../write-tree.ts'
import { AlikeFiles } from './alike-files.ts'
import { type Conflict, mergeTrees, type TreeMerge } from './merge-trees.ts'
import type { Sides } from './sides.ts'
import { TreeEntries } from './tree-entries.ts'

/** Maximum number of files that one side adds and that renamed ones are searched for in, as merge.renameLimit. */
const MOST_ADDED = 1000
/** Maximum number of files that one side changes and the other deletes, of which any may be renamed. */
const MOST_DELETED = 7000

type Trees = Sides<string | undefined>

/** Merges three trees like mergeTrees, and follows files that one side renamed and the other changed. */
export async function mergeFollowingRenames(
  trees: Trees,
  objects: ObjectReader,
  add: AddObject,
): Promise<TreeMerge> {
  const merged = await mergeTrees(trees, objects, add)
  const deleted = merged.conflicts.filter(({ deletedBy }) => deletedBy !== undefined)
  if (deleted.length === 0) return merged
  const renamed = await withRenames(trees, deleted, objects, add)
  return renamed === undefined ? merged : mergeTrees(renamed, objects, add)
}

/** The trees with each renamed file at its new path on all sides; undefined if none was renamed. */
async function withRenames(
  trees: Trees,
  deleted: readonly Conflict[],
  objects: ObjectReader,
  add: AddObject,
): Promise<Trees | undefined> {
  let moved: Trees = trees
  for (const side of ['ours', 'theirs'] as const) {
    const other = side === 'ours' ? 'theirs' : 'ours'
    const paths = deleted.filter(({ deletedBy }) => deletedBy === side).map(({ path }) => path)
    if (paths.length === 0) continue
    const renames = await renamesOf(paths, { before: trees.base, after: trees[side] }, objects)
    if (renames.size === 0) continue
    const move = (tree: string | undefined) => moveEntries(tree, renames, objects, add)
    moved = { ...moved, base: await move(moved.base), [other]: await move(moved[other]) }
  }
  return moved === trees ? undefined : moved
}

/** Old path → new path, of those of the deleted files that have a new one. */
async function renamesOf(
  paths: readonly string[],
  { before, after }: { readonly before: string | undefined; readonly after: string | undefined },
  objects: ObjectReader,
): Promise<ReadonlyMap<string, string>> {
  const added = new Map<string, Entry>()
  await findAdded(before, after, '', objects, added)
  if (added.size > MOST_ADDED || paths.length > MOST_DELETED) return new Map()
  const entries = new TreeEntries(objects)
  const originals = new Map<string, Entry>()
  for (const path of paths) {
    const original = await entries.at(before, path)
    if (original) originals.set(path, original)
  }
  const renames = takeEqual(originals, added)
  const alike = new AlikeFiles(objects)
  for (const [path, original] of originals) {
    const found = await alike.mostAlike(original, added)
    await turnOfOthers()
    if (found === undefined) continue
    renames.set(path, found)
    added.delete(found)
  }
  return renames
}

/** Takes those out of both that were renamed without a change. */
function takeEqual(originals: Map<string, Entry>, added: Map<string, Entry>): Map<string, string> {
  const byId = Map.groupBy(added, ([, { oid }]) => oid)
  const renames = new Map<string, string>()
  for (const [path, { oid }] of originals) {
    const [found] = byId.get(oid)?.shift() ?? []
    if (found === undefined) continue
    renames.set(path, found)
    originals.delete(path)
    added.delete(found)
  }
  return renames
}

/** Files of `after` at paths where `before` has nothing. */
async function findAdded(
  before: string | undefined,
  after: string | undefined,
  prefix: string,
  objects: ObjectReader,
  added: Map<string, Entry>,
): Promise<void> {
  if (before === after || added.size > MOST_ADDED) return
  const known = new Map((await readTree(objects, before)).map((record) => [record.name, record]))
  for (const { name, mode, oid } of await readTree(objects, after)) {
    const old = known.get(name)
    const path = `${prefix}${name}`
    if (mode !== DIRECTORY && old === undefined) added.set(path, { mode, oid })
    if (mode !== DIRECTORY) continue
    await findAdded(old?.mode === DIRECTORY ? old.oid : undefined, oid, `${path}/`, objects, added)
  }
}

async function moveEntries(
  tree: string | undefined,
  renames: ReadonlyMap<string, string>,
  objects: ObjectReader,
  add: AddObject,
): Promise<string | undefined> {
  const changes = new Map<string, Entry | undefined>()
  const entries = new TreeEntries(objects)
  for (const [from, to] of renames) {
    const entry = await entries.at(tree, from)
    changes.set(from, undefined)
    if (entry) changes.set(to, entry)
  }
  return writeEntries(objects, tree, changes, add)
}
