import type { Dirent } from 'node:fs'
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { objectId } from '../../adapters/git/object-id.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { TreeEntry } from '../../model/snapshot.ts'

/** The files of a directory as Git would store them. */
export interface DirectorySnapshot {
  /** Sorted by path. */
  readonly entries: readonly TreeEntry[]
  /** By blob id; files larger than the limit are omitted. */
  readonly contents: ReadonlyMap<string, Uint8Array>
}

export interface ReadDirectoryOptions {
  /** Maximum size of a file that is read, in bytes. */
  readonly maxBytes?: number
}

interface Found {
  readonly entry: TreeEntry
  readonly bytes?: Uint8Array
}

const MAX_BYTES = 64 << 20
const MOST_FILES = 100_000
const AT_ONCE = 64
/** Placeholder for the id of a file that is not read. */
const NO_ID = '0'.repeat(40)

/**
 * Reads a local directory. Symbolic links are not followed, a nested repository counts as a submodule;
 * `.git`, and anything that is neither file nor directory, is skipped.
 * @throws FaultError git-no-path where something cannot be read; git-too-large
 */
export async function readDirectory(
  directory: string,
  { maxBytes = MAX_BYTES }: ReadDirectoryOptions = {},
): Promise<DirectorySnapshot> {
  const found: Found[] = []
  for await (const batch of inBatches(walk(directory))) {
    found.push(...(await Promise.all(batch.map((place) => readPlace(directory, place, maxBytes)))))
    if (found.length > MOST_FILES)
      throw new FaultError(fault('git-too-large', `more than ${MOST_FILES} files`))
  }
  return {
    entries: found.map(({ entry }) => entry).sort((one, other) => (one.path < other.path ? -1 : 1)),
    contents: new Map(found.flatMap(({ entry, bytes }) => (bytes ? [[entry.oid, bytes] as const] : []))),
  }
}

interface Place {
  readonly path: string
  readonly type: TreeEntry['type']
}

async function* walk(directory: string): AsyncGenerator<Place> {
  const pending = ['']
  for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
    const children = await readable(prefix, readdir(join(directory, prefix), { withFileTypes: true }))
    const isRepository = prefix !== '' && children.some(({ name }) => name === '.git')
    if (isRepository) yield { path: prefix.slice(0, -1), type: 'submodule' }
    const wanted = isRepository ? [] : children.filter(({ name }) => name !== '.git')
    yield* placesOf(wanted, prefix)
    pending.push(...wanted.filter((child) => child.isDirectory()).map(({ name }) => `${prefix}${name}/`))
  }
}

function* placesOf(children: readonly Dirent[], prefix: string): Generator<Place> {
  for (const child of children) {
    const path = prefix + child.name
    if (child.isSymbolicLink()) yield { path, type: 'symlink' }
    else if (child.isFile()) yield { path, type: 'file' }
  }
}

async function readPlace(directory: string, { path, type }: Place, maxBytes: number): Promise<Found> {
  const file = join(directory, path)
  if (type === 'submodule') return { entry: { path, type, oid: NO_ID } }
  if (type === 'symlink') {
    const target = await readable(path, readlink(file, 'buffer'))
    return { entry: { path, type, oid: objectId('blob', target) } }
  }
  if ((await readable(path, stat(file))).size > maxBytes) return { entry: { path, type, oid: NO_ID } }
  const bytes = await readable(path, readFile(file))
  return { entry: { path, type, oid: objectId('blob', bytes) }, bytes }
}

async function readable<Result>(path: string, read: Promise<Result>): Promise<Result> {
  return read.catch((cause) => {
    throw new FaultError(fault('git-no-path', `${path || '.'} cannot be read (${cause.code})`), { cause })
  })
}

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < AT_ONCE) continue
    yield batch
    batch = []
  }
  yield batch
}
