import { MissingObject } from './damaged-store.ts'
import type { ObjectType } from './object-id.ts'
import type { ObjectReader } from './object-reader.ts'
import { DIRECTORY, EXECUTABLE, encodeTree, FILE, parseTree, type TreeRecord } from './tree.ts'

/** New texts of files by path; undefined removes the file. */
export type FileChanges = ReadonlyMap<string, string | undefined>

/** New entries of trees by path, none of them a directory; undefined removes the entry. */
export type RecordChanges = ReadonlyMap<string, Entry | undefined>

/** An entry of a tree, without its name. */
export type Entry = Omit<TreeRecord, 'name'>

/** An entry whose mode is, if undefined, that of the file before it. */
interface NewEntry {
  readonly mode: string | undefined
  readonly oid: string
}

type NewEntries = ReadonlyMap<string, NewEntry | undefined>

export interface TreeChanges {
  /** Files keep their modes. */
  readonly changes: FileChanges
  /** Entries whose objects are there. */
  readonly entries?: RecordChanges | undefined
}

/** Adds an object and returns its id. */
export type AddObject = (type: ObjectType, bytes: Uint8Array) => string

/**
 * Makes the blobs and trees that the changes need; everything else stays as in the tree `base`.
 * @returns the id of the tree, or undefined if it is empty
 */
export function writeTree(
  objects: ObjectReader,
  base: string | undefined,
  { changes, entries }: TreeChanges,
  add: AddObject,
): Promise<string | undefined> {
  const all = new Map<string, NewEntry | undefined>(entries)
  for (const [path, text] of changes)
    all.set(path, text === undefined ? undefined : { mode: undefined, oid: add('blob', Buffer.from(text)) })
  return writeEntries(objects, base, all, add)
}

/** Like writeTree, with entries whose objects are there. */
export async function writeEntries(
  objects: ObjectReader,
  base: string | undefined,
  changes: NewEntries,
  add: AddObject,
): Promise<string | undefined> {
  const records = new Map((await readTree(objects, base)).map((record) => [record.name, record]))
  for (const [name, below] of groupByDirectory(changes)) {
    const before = records.get(name)
    const entry = below.has('') ? below.get('') : await writeDirectory(objects, before, below, add)
    if (entry) records.set(name, { ...entry, name, mode: entry.mode ?? modeLike(before) })
    else records.delete(name)
  }
  if (records.size === 0) return undefined
  return add('tree', encodeTree([...records.values()]))
}

async function writeDirectory(
  objects: ObjectReader,
  before: TreeRecord | undefined,
  changes: NewEntries,
  add: AddObject,
): Promise<NewEntry | undefined> {
  const isDirectory = before?.mode === DIRECTORY
  if (before && !isDirectory && changes.values().every((entry) => entry === undefined)) return before
  const oid = await writeEntries(objects, isDirectory ? before.oid : undefined, changes, add)
  return oid === undefined ? undefined : { mode: DIRECTORY, oid }
}

function modeLike(before: TreeRecord | undefined): string {
  return before?.mode === EXECUTABLE ? EXECUTABLE : FILE
}

/** First segment of the path → changes below it; '' is the entry itself. */
function groupByDirectory(changes: NewEntries): Map<string, Map<string, NewEntry | undefined>> {
  const groups = new Map<string, Map<string, NewEntry | undefined>>()
  for (const [path, entry] of changes) {
    const slash = path.indexOf('/')
    const name = slash < 0 ? path : path.slice(0, slash)
    const below = groups.get(name) ?? new Map<string, NewEntry | undefined>()
    groups.set(name, below.set(slash < 0 ? '' : path.slice(slash + 1), entry))
  }
  return groups
}

/** The entries of a tree; none without one. @throws MissingObject, DamagedStore */
export async function readTree(objects: ObjectReader, oid: string | undefined): Promise<TreeRecord[]> {
  if (oid === undefined) return []
  const object = (await objects.read([oid])).get(oid)
  if (object?.type !== 'tree') throw new MissingObject(oid)
  return parseTree(object.bytes)
}
