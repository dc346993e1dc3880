import { hash } from 'node:crypto'
import { fault } from '../../../model/fault.ts'
import { type Notice, notice } from '../../../model/notice.ts'
import type { Manifest } from '../read-manifest.ts'
import { around } from '../template-files.ts'
import { type Directory, documentsOf, hasOwnDocument, installationsIn, pathOf } from './directory.ts'
import { type KustomizedDirectory, kustomizedDirectories } from './kustomized-directories.ts'

export interface Surroundings {
  /** All directories of the commit, whether they count or not. */
  readonly all: readonly Directory[]
  /** Paths of directories that documents name as templates. */
  readonly templates: ReadonlySet<string>
  /** The Repository's path in the repository; '' for its top. */
  readonly root: string
}

/** What is known of all kustomizations. */
interface Context extends Surroundings {
  /** By path. */
  readonly kustomized: ReadonlyMap<string, KustomizedDirectory>
  /** Paths of directories and files that another directory's kustomization refers to. */
  readonly referred: ReadonlySet<string>
  /** Path of the directory that each one is built for: itself, or one that refers to it, if only indirectly. */
  readonly builtFor: ReadonlyMap<string, string>
}

/**
 * Leaves to Kustomize what is its: a directory with a kustomization that no other one refers to is an overlay
 * to build. Only the documents of Reeve count in directories and files that a kustomization refers to, and
 * below a directory with one; a directory with a document about it stands for itself.
 */
export function withKustomizations(
  directories: readonly Directory[],
  surroundings: Surroundings,
): readonly Directory[] {
  const kustomized = kustomizedDirectories(surroundings.all)
  if (kustomized.size === 0) return directories
  const referred = new Set([...kustomized.values()].flatMap(({ targets }) => targets))
  const known = { ...surroundings, kustomized, referred }
  const context = { ...known, builtFor: buildersOf(directories, known) }
  const notices = Map.groupBy(
    directories.flatMap((directory) => leftOutOf(directory, context)),
    ({ builder }) => builder,
  )
  return directories.flatMap((directory) => {
    const path = pathOf(directory)
    const told = notices.get(path)?.map((each) => each.notice) ?? []
    return kustomized.has(path) ? ofKustomize(directory, told, context) : withoutReferred(directory, context)
  })
}

/** Directories in a cycle are built for the first of them, so that Kustomize reports the cycle. */
function buildersOf(
  directories: readonly Directory[],
  { kustomized, referred, templates }: Omit<Context, 'builtFor'>,
): ReadonlyMap<string, string> {
  const builtFor = new Map<string, string>()
  const candidates = directories.filter((directory) => {
    const path = pathOf(directory)
    return kustomized.has(path) && !templates.has(path)
  })
  const paths = candidates.map(pathOf).sort()
  const isCandidate = new Set(paths)
  const others = [...kustomized.keys()].filter((path) => !isCandidate.has(path))
  const documented = candidates.filter(hasOwnDocument).map(pathOf)
  const tops = paths.filter((path) => !referred.has(path))
  for (const path of [...documented, ...others, ...tops, ...paths]) build(path, kustomized, builtFor)
  return builtFor
}

/** Notes everything that is built for a directory. */
function build(
  path: string,
  kustomized: ReadonlyMap<string, KustomizedDirectory>,
  builtFor: Map<string, string>,
): void {
  const found = new Set([path])
  for (const each of found) {
    if (builtFor.has(each)) continue
    builtFor.set(each, path)
    for (const target of kustomized.get(each)?.targets ?? []) if (kustomized.has(target)) found.add(target)
  }
}

/** Tells manifests that no kustomization refers to, although one is in their directory or above. */
function leftOutOf(
  directory: Directory,
  { kustomized, builtFor, referred }: Context,
): readonly { readonly builder: string; readonly notice: Notice }[] {
  if (hasOwnDocument(directory) && !kustomized.has(pathOf(directory))) return []
  const closest = closestOf(pathOf(directory), kustomized)
  const builder = closest && builtFor.get(closest.path)
  if (builder === undefined || closest?.readsBelow) return []
  const left = directory.manifests.filter(({ file, objects }) => objects.length > 0 && !referred.has(file))
  const [first, ...others] = left.map(({ file }) => file)
  if (first === undefined) return []
  const details = others.length > 0 ? `${first} and ${others.length} more beside it` : first
  return [
    { builder, notice: notice('left-out-of-kustomization', details, { location: { file: first, line: 1 } }) },
  ]
}

/** The closest directory with a kustomization, from this one up. */
function closestOf(
  path: string,
  kustomized: ReadonlyMap<string, KustomizedDirectory>,
): KustomizedDirectory | undefined {
  for (const directory of [path, ...around(path)]) {
    const found = kustomized.get(directory)
    if (found) return found
  }
  return undefined
}

function ofKustomize(
  directory: Directory,
  notices: readonly Notice[],
  context: Context,
): readonly Directory[] {
  const path = pathOf(directory)
  const kustomized = context.kustomized.get(path)
  const isBuilt = hasOwnDocument(directory) || context.builtFor.get(path) === path
  if (kustomized === undefined || !isBuilt || context.templates.has(path)) return documentsOf(directory)
  const { isComponent, file } = kustomized
  const told = withNotices(directory, notices)
  if (hasOwnTemplate(directory))
    return context.referred.has(path)
      ? documentsOf(directory)
      : [onlyKustomization(told, 'unused-template', file)]
  if (isComponent) return [onlyKustomization(told, 'unused-component', file)]
  return [overlayOf(told, file, context)]
}

function withNotices(directory: Directory, notices: readonly Notice[]): Directory {
  if (notices.length === 0) return directory
  const source = sourceOf(directory.source, ...notices.map(({ message }) => message))
  return { ...directory, source, notices }
}

/** Whether the document about a directory names a template itself. */
function hasOwnTemplate(directory: Directory): boolean {
  return (
    hasOwnDocument(directory) &&
    installationsIn(directory).some(({ document }) => document.templates.length > 0)
  )
}

function onlyKustomization(
  directory: Directory,
  code: 'unused-template' | 'unused-component',
  file: string,
): Directory {
  const found = fault(code, file, { location: { file, line: 1 } })
  const { source } = directory
  return {
    ...directory,
    source: sourceOf(source, code),
    manifests: directory.manifests.map((manifest) =>
      manifest.file === file ? { ...manifest, faults: [found] } : withoutObjects(manifest),
    ),
  }
}

function overlayOf(directory: Directory, file: string, { root }: Surroundings): Directory {
  const path = [root, pathOf(directory)].filter((part) => part !== '').join('/')
  return {
    ...directory,
    source: sourceOf(directory.source, path),
    manifests: directory.manifests.map(withoutObjects),
    overlay: { reference: { path }, location: { file, line: 1 } },
  }
}

/** A file beside a kustomization that could not be read is none of Reeve's business. */
function withoutObjects(manifest: Manifest): Manifest {
  return manifest.kustomization ? manifest : { ...manifest, objects: [], faults: [] }
}

/** A directory without a kustomization. */
function withoutReferred(directory: Directory, { kustomized, referred }: Context): readonly Directory[] {
  const path = pathOf(directory)
  const isBelow = !hasOwnDocument(directory) && closestOf(path, kustomized) !== undefined
  if (isBelow || referred.has(path)) return documentsOf(directory)
  const files = directory.manifests.map(({ file }) => file).filter((file) => referred.has(file))
  if (files.length === 0) return [directory]
  const manifests = directory.manifests.map((manifest) =>
    referred.has(manifest.file) ? withoutObjects(manifest) : manifest,
  )
  return [{ ...directory, source: sourceOf(directory.source, ...files), manifests }]
}

function sourceOf(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts))
}
