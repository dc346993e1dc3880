import { MissingObject } from './damaged-store.ts'
import type { ObjectType } from './object-id.ts'
import type { ObjectStore } from './object-store.ts'
import { DIRECTORY, encodeTree, FILE, parseTree, type TreeRecord } from './tree.ts'

/** New texts of files by path; undefined removes the file. */
export type FileChanges = ReadonlyMap<string, string | undefined>

/** Adds an object and returns its id. */
export type AddObject = (type: ObjectType, bytes: Uint8Array) => string

/**
 * Makes the blobs and trees that the changes need; everything else stays as in the tree `base`.
 * @returns the id of the tree, or undefined if it is empty
 */
export async function writeTree(
  objects: ObjectStore,
  base: string | undefined,
  changes: FileChanges,
  add: AddObject,
): Promise<string | undefined> {
  const records = new Map((await readTree(objects, base)).map((record) => [record.name, record]))
  for (const [name, below] of groupByDirectory(changes)) {
    const written = below.has('')
      ? fileRecord(name, below.get(''), add)
      : await writeDirectory(objects, name, records.get(name), below, add)
    if (written) records.set(name, written)
    else records.delete(name)
  }
  if (records.size === 0) return undefined
  return add('tree', encodeTree([...records.values()]))
}

function fileRecord(name: string, text: string | undefined, add: AddObject): TreeRecord | undefined {
  return text === undefined ? undefined : { name, mode: FILE, oid: add('blob', Buffer.from(text)) }
}

async function writeDirectory(
  objects: ObjectStore,
  name: string,
  before: TreeRecord | undefined,
  changes: FileChanges,
  add: AddObject,
): Promise<TreeRecord | undefined> {
  const isDirectory = before?.mode === DIRECTORY
  if (before && !isDirectory && changes.values().every((text) => text === undefined)) return before
  const oid = await writeTree(objects, isDirectory ? before.oid : undefined, changes, add)
  return oid === undefined ? undefined : { name, mode: DIRECTORY, oid }
}

/** First segment of the path → changes below it; '' is the file itself. */
function groupByDirectory(changes: FileChanges): Map<string, Map<string, string | undefined>> {
  const groups = new Map<string, Map<string, string | undefined>>()
  for (const [path, text] of changes) {
    const slash = path.indexOf('/')
    const name = slash < 0 ? path : path.slice(0, slash)
    const below = groups.get(name) ?? new Map<string, string | undefined>()
    groups.set(name, below.set(slash < 0 ? '' : path.slice(slash + 1), text))
  }
  return groups
}

async function readTree(objects: ObjectStore, oid: string | undefined): Promise<TreeRecord[]> {
  if (oid === undefined) return []
  const object = (await objects.read([oid])).get(oid)
  if (object?.type !== 'tree') throw new MissingObject(oid)
  return parseTree(object.bytes)
}
