import { MAX_FILE_BYTES } from '../../../model/snapshot.ts'
import type { ObjectReader } from '../object-reader.ts'
import { DIRECTORY, encodeTree, SUBMODULE, SYMLINK, type TreeRecord } from '../tree.ts'
import { type AddObject, type Entry, readTree } from '../write-tree.ts'
import { mergeTexts } from './merge-texts.ts'
import type { Sides } from './sides.ts'

export interface TreeMerge {
  /** Id of the merged tree; undefined if it is empty. Files in conflict are as on the side `ours`. */
  readonly tree: string | undefined
  readonly conflicts: readonly Conflict[]
}

/** A file that the two sides change in ways that exclude each other. */
export interface Conflict {
  readonly path: string
  /** The side that deleted the file which the other changed; absent where both have it. */
  readonly deletedBy?: 'ours' | 'theirs'
}

interface Merging {
  readonly objects: ObjectReader
  readonly add: AddObject
  readonly conflicts: Conflict[]
}

type Three = Sides<Entry | undefined>

/**
 * Merges three trees: what one side alone changes is taken, files that both change are merged line by line. Reads
 * only trees that differ. Renames are not followed.
 */
export async function mergeTrees(
  trees: Sides<string | undefined>,
  objects: ObjectReader,
  add: AddObject,
): Promise<TreeMerge> {
  const merging: Merging = { objects, add, conflicts: [] }
  const tree = await mergeDirectories(trees, '', merging)
  return { tree, conflicts: merging.conflicts }
}

async function mergeDirectories(
  { base, ours, theirs }: Sides<string | undefined>,
  prefix: string,
  merging: Merging,
): Promise<string | undefined> {
  if (ours === theirs || theirs === base) return ours
  if (ours === base) return theirs
  const { objects, add } = merging
  const [b, o, t] = await Promise.all([base, ours, theirs].map((oid) => recordsOf(objects, oid)))
  const names = new Set([...(b?.keys() ?? []), ...(o?.keys() ?? []), ...(t?.keys() ?? [])])
  const merged: TreeRecord[] = []
  for (const name of names) {
    const three = { base: b?.get(name), ours: o?.get(name), theirs: t?.get(name) }
    const entry = await mergeEntries(three, `${prefix}${name}`, merging)
    if (entry) merged.push({ ...entry, name })
  }
  return merged.length === 0 ? undefined : add('tree', encodeTree(merged))
}

async function mergeEntries(three: Three, path: string, merging: Merging): Promise<Entry | undefined> {
  const { base, ours, theirs } = three
  if (isSame(ours, theirs) || isSame(theirs, base)) return ours
  if (isSame(ours, base)) return theirs
  const sides = [base, ours, theirs]
  if (sides.every((side) => side === undefined || side.mode === DIRECTORY)) {
    const oids = { base: base?.oid, ours: ours?.oid, theirs: theirs?.oid }
    const oid = await mergeDirectories(oids, `${path}/`, merging)
    return oid === undefined ? undefined : { mode: DIRECTORY, oid }
  }
  const merged = await mergeFiles(three, merging)
  if (merged) return merged
  const deletedBy = ours === undefined ? 'ours' : theirs === undefined ? 'theirs' : undefined
  merging.conflicts.push({ path, ...(deletedBy && { deletedBy }) })
  return ours
}

/** Undefined for a conflict. */
async function mergeFiles({ base, ours, theirs }: Three, merging: Merging): Promise<Entry | undefined> {
  if (base === undefined || ours === undefined || theirs === undefined) return undefined
  if ([base, ours, theirs].some(({ mode }) => NO_TEXTS.has(mode))) return undefined
  const mode = mergedMode(base.mode, ours.mode, theirs.mode)
  const found = await merging.objects.read([base.oid, ours.oid, theirs.oid], MAX_FILE_BYTES)
  const [b, o, t] = [base, ours, theirs].map(({ oid }) => found.get(oid)?.bytes)
  if (mode === undefined || b === undefined || o === undefined || t === undefined) return undefined
  const text = await mergeTexts({ base: b, ours: o, theirs: t })
  return text && { mode, oid: merging.add('blob', text) }
}

const NO_TEXTS: ReadonlySet<string> = new Set([DIRECTORY, SYMLINK, SUBMODULE])

/** Undefined where both sides change it otherwise. */
function mergedMode(base: string, ours: string, theirs: string): string | undefined {
  if (ours === theirs || theirs === base) return ours
  return ours === base ? theirs : undefined
}

function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode
}

async function recordsOf(
  objects: ObjectReader,
  oid: string | undefined,
): Promise<ReadonlyMap<string, TreeRecord>> {
  return new Map((await readTree(objects, oid)).map((record) => [record.name, record]))
}
