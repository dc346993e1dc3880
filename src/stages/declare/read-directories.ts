import { contained, containedLater } from '../../model/contained.ts'
import { type Fault, fault } from '../../model/fault.ts'
import type { ReadBlobs, TreeEntry } from '../../model/snapshot.ts'
import { DocumentsRoom } from './documents-room.ts'
import { type Directory, directoryWith } from './fleet/directory.ts'
import type { InstallationSource } from './layout.ts'
import { readFile, unreadable } from './read-file.ts'
import type { Manifest } from './read-manifest.ts'
import type { TreeOptions } from './tree-options.ts'

/** A directory that changed, and its manifests as far as they are read. */
interface Reading {
  readonly source: InstallationSource
  /** By path. */
  readonly manifests: Map<string, Manifest | Promise<Manifest>>
}

/**
 * Reads the manifests of directories, one file after the other: contents are not kept. Where all documents together
 * weigh more than the budget, the largest directories have a fault in place of their manifests.
 *
 * @param known directories of an earlier tree: only changed files, and those that could not be read, are read
 * again
 * @param budget in bytes
 */
export async function readDirectories(
  sources: readonly InstallationSource[],
  readBlobs: ReadBlobs,
  options: TreeOptions,
  known: ReadonlyMap<string, Directory> | undefined,
  budget: number,
): Promise<readonly Directory[]> {
  const room = new DocumentsRoom(budget)
  const found = sources.map((source): Directory | Reading => {
    const before = known?.get(source.name)
    return before?.source === source.source && isOpen(before) ? before : readingOf(source, before)
  })
  const readings = new Map(
    found.flatMap((each) => (isReading(each) ? [[each.source.name, each] as const] : [])),
  )
  const letGo = (names: readonly string[]) => {
    for (const name of names) readings.get(name)?.manifests.clear()
  }
  for (const each of found) {
    const manifests = isReading(each) ? [...each.manifests.values()] : each.manifests
    letGo(
      room.add(
        nameOf(each),
        manifests.reduce((sum, manifest) => sum + weightOf(manifest), 0),
      ),
    )
  }
  const unread = Map.groupBy([...readings.values()].flatMap(unreadOf), ({ file }) => file.oid)
  const take = (oid: string, bytes: Uint8Array | undefined) => {
    for (const { reading, file } of unread.get(oid) ?? []) {
      const { name } = reading.source
      if (room.isGone(name) || reading.manifests.has(file.path)) continue
      const manifest = readOne(file.path, bytes, options)
      reading.manifests.set(file.path, manifest)
      letGo(room.add(name, weightOf(manifest, bytes?.length)))
    }
  }
  for (const [oid, bytes] of await readBlobs([...unread.keys()], take)) take(oid, bytes)
  for (const oid of unread.keys()) take(oid, undefined) // those that are too large
  letGo(room.shrink())
  return Promise.all(
    found.map((each) =>
      room.isGone(nameOf(each)) ? beyond(each, budget) : isReading(each) ? read(each) : each,
    ),
  )
}

function isReading(found: Directory | Reading): found is Reading {
  return !('name' in found)
}

function nameOf(found: Directory | Reading): string {
  return isReading(found) ? found.source.name : found.name
}

function readingOf(source: InstallationSource, before: Directory | undefined): Reading {
  const known = new Map(
    before?.files.map(({ path, oid }, index) => [`${oid} ${path}`, before.manifests[index]]),
  )
  const manifests = source.files.flatMap(({ path, oid }) => {
    const manifest = known.get(`${oid} ${path}`)
    return manifest && isOpened(manifest) ? [[path, manifest] as const] : []
  })
  return { source, manifests: new Map(manifests) }
}

function unreadOf(reading: Reading): readonly { readonly reading: Reading; readonly file: TreeEntry }[] {
  return reading.source.files
    .filter(({ path }) => !reading.manifests.has(path))
    .map((file) => ({ reading, file }))
}

/** Of a file that is still being decrypted, a guess. */
function weightOf(manifest: Manifest | Promise<Manifest>, bytes = 0): number {
  return manifest instanceof Promise ? 4 * bytes : (manifest.weight ?? 0)
}

function read({ source, manifests }: Reading): Directory | Promise<Directory> {
  const all = source.files.flatMap(({ path }) => manifests.get(path) ?? [])
  return all.every(isRead)
    ? directoryWith(source, all)
    : Promise.all(all).then((manifests) => directoryWith(source, manifests))
}

/** The directory stays as it is, and is read again with the next commit. */
function beyond(found: Directory | Reading, budget: number): Directory {
  const source = isReading(found) ? found.source : found
  const file = source.files[0]?.path ?? source.name
  const details = `all documents together may take ${Math.floor(budget / 1024 ** 2)} MiB, and this directory is among the largest`
  const problem = fault('commit-too-large', details, { location: { file, line: 1 } })
  return directoryWith(source, [{ ...unreadable(file, problem), isUnread: true }])
}

function readOne(
  file: string,
  bytes: Uint8Array | undefined,
  { decrypt, onUnforeseen }: TreeOptions,
): Manifest | Promise<Manifest> {
  const instead = (found: Fault): Manifest => ({ ...unreadable(file, found), isUnread: true })
  const unit = { what: 'reading a file', place: { location: { file, line: 1 } }, instead, onUnforeseen }
  const read = contained(unit, () => readFile(file, bytes, decrypt))
  return read instanceof Promise ? containedLater(unit, () => read) : read
}

function isRead(manifest: Manifest | Promise<Manifest>): manifest is Manifest {
  return !(manifest instanceof Promise)
}

function isOpen({ manifests }: Directory): boolean {
  return manifests.every(isOpened)
}

function isOpened({ isUndecryptable, isUnread }: Manifest): boolean {
  return !isUndecryptable && !isUnread
}
