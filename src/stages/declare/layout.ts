import { hash } from 'node:crypto'
import { type Fault, fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { TreeEntry } from '../../model/snapshot.ts'
import { LOCK_FILE } from './charts/lock-file.ts'
import { installationId } from './installation-id.ts'
import { isKustomization } from './template-files.ts'
import { directoryOf, isDirectoryName, isHidden, isManifestName, nameOf, unsafePart } from './tree-path.ts'

/** The source files of one installation. */
export interface InstallationSource {
  /** Path of its directory below the Repository's path; `root` for the top. */
  readonly name: string
  /** The name as a label value. */
  readonly id: string
  /** SHA-256 over its name, its files (path, blob, type) and its faults. */
  readonly source: string
  /** Its manifests, sorted by path; always of type `file`. */
  readonly files: readonly TreeEntry[]
  /** Faults of its tree. */
  readonly faults: readonly Fault[]
}

/** An installation while its entries are collected. */
interface Draft {
  readonly files: TreeEntry[]
  readonly faults: Fault[]
}

type Drafts = Map<string, Draft>

const ROOT = 'root'

/**
 * Finds the installations of a tree: each directory that directly holds manifests (.yaml, .yml, .json) or a
 * kustomization, sorted by name. Names that begin with `.` and the lock file are skipped. Links and submodules are not followed: where they
 * stand for manifests, or may stand for a directory of them, they are a fault of the closest installation
 * around them, or of one of their own name. Each distinct unsafe prefix of paths is one fault.
 * @param known the installations of an earlier tree by name; unchanged ones are reused
 */
export function layout(
  entries: readonly TreeEntry[],
  known: ReadonlyMap<string, InstallationSource> = new Map(),
): readonly InstallationSource[] {
  const drafts: Drafts = new Map()
  const unsafe = new Set<string>()
  const links: TreeEntry[] = []
  for (const entry of takeOver(entries, known, drafts)) {
    const part = unsafePart(entry.path)
    if (part !== undefined) unsafe.add(part)
    else if (isHidden(entry.path) || entry.path === LOCK_FILE) continue
    else if (isSource(entry.path) && !isDirectory(entry)) addManifest(drafts, entry)
    else if (isDirectory(entry) || isDirectoryLink(entry)) links.push(entry)
  }
  for (const entry of links)
    addTo(drafts, nearest(drafts, directoryOf(entry.path)) ?? entry.path, unreadFault(entry))
  for (const part of unsafe) addUnsafe(drafts, part)
  return named(drafts, known)
}

/** Whether a file is a manifest, or a kustomization, one of whose names has no extension. */
function isSource(path: string): boolean {
  return isManifestName(nameOf(path)) || isKustomization(path)
}

/** Drafts the unchanged sources. @returns the remaining entries */
function takeOver(
  entries: readonly TreeEntry[],
  known: ReadonlyMap<string, InstallationSource>,
  drafts: Drafts,
): readonly TreeEntry[] {
  const firstFiles = new Map([...known.values()].map((source) => [source.files[0], source]))
  const left: TreeEntry[] = []
  for (let at = 0; at < entries.length; ) {
    const entry = entries[at] as TreeEntry
    const source = firstFiles.get(entry)
    if (source && isThere(source, entries, at)) {
      drafts.set(source.name, { files: [...source.files], faults: [] })
      at += source.files.length
    } else {
      left.push(entry)
      at++
    }
  }
  return left
}

/**
 * Whether the files of a source are these very entries: entries are new objects where anything in or below
 * their directory changed.
 */
function isThere({ files, faults }: InstallationSource, entries: readonly TreeEntry[], at: number): boolean {
  return faults.length === 0 && files.every((file, index) => file === entries[at + index])
}

function draftOf(drafts: Drafts, directory: string): Draft {
  const draft = drafts.get(directory) ?? { files: [], faults: [] }
  drafts.set(directory, draft)
  return draft
}

function addManifest(drafts: Drafts, entry: TreeEntry): void {
  const draft = draftOf(drafts, directoryOf(entry.path))
  if (entry.type === 'file') draft.files.push(entry)
  else draft.faults.push(unreadFault(entry))
}

/** Faults of what is not read as a file. */
const UNREAD = {
  symlink: 'symlink',
  submodule: 'submodule',
  'too-deep': 'too-deep',
  'too-large': 'directory-too-large',
} as const satisfies Record<Exclude<TreeEntry['type'], 'file'>, FaultCode>

/** One that is not read. */
function isDirectory({ type }: TreeEntry): boolean {
  return type !== 'file' && type !== 'symlink'
}

function isDirectoryLink({ type, path }: TreeEntry): boolean {
  return type === 'symlink' && isDirectoryName(nameOf(path))
}

function addTo(drafts: Drafts, directory: string, found: Fault): void {
  draftOf(drafts, directory).faults.push(found)
}

function unreadFault({ path, type }: TreeEntry): Fault {
  return fault(type === 'file' ? 'submodule' : UNREAD[type], path, { location: { file: path, line: 1 } })
}

function addUnsafe(drafts: Drafts, part: string): void {
  const directory = directoryOf(part)
  const found = fault('unsafe-path', JSON.stringify(part), { location: { file: part, line: 1 } })
  addTo(drafts, nearest(drafts, directory) ?? directory, found)
}

/** The closest directory with manifests, from this one up. */
function nearest(drafts: Drafts, directory: string): string | undefined {
  for (let around = directory; ; around = directoryOf(around)) {
    if (drafts.has(around)) return around
    if (around === '') return undefined
  }
}

function named(
  drafts: Drafts,
  known: ReadonlyMap<string, InstallationSource>,
): readonly InstallationSource[] {
  const top = drafts.get('')
  const twin = drafts.get(ROOT)
  drafts.delete('')
  if (top) drafts.set(ROOT, twin ? twins(top, twin) : top)
  const sources = [...drafts].map(([name, draft]) => {
    const before = known.get(name)
    return before && isSame(draft, before) ? before : sourceOf(name, draft)
  })
  return sources.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Merges the manifests at the top with those of a directory `root`: one name, so one installation. */
function twins(top: Draft, directory: Draft): Draft {
  const files = [...top.files, ...directory.files]
  const faults = [top, directory].flatMap((draft) => {
    const place = draft.files[0]?.path ?? draft.faults[0]?.location?.file
    const details = '"root" is the name of both the manifests at the top and the directory root'
    const found = fault(
      'duplicate-installation',
      details,
      place ? { location: { file: place, line: 1 } } : {},
    )
    return [found, ...draft.faults]
  })
  return { files, faults }
}

/** Git already sorts the files of a directory by name, and a source keeps that order. */
function isSame({ files, faults }: Draft, before: InstallationSource): boolean {
  if (faults.length + before.faults.length > 0 || files.length !== before.files.length) return false
  return files.every(({ path, oid, type }, index) => {
    const file = before.files[index]
    return file?.oid === oid && file.path === path && file.type === type
  })
}

/** A directory with these files. */
export function sourceOf(
  name: string,
  { files, faults }: Pick<InstallationSource, 'files' | 'faults'>,
): InstallationSource {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const list = sorted.map(({ path, oid, type }) => [path, oid, type])
  const places = faults.map(({ code, message, location }) => [code, message, location?.file])
  const source = hash('sha256', JSON.stringify([name, list, places]))
  return { name, id: installationId(name), source, files: sorted, faults }
}
