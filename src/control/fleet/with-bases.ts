import { describeFault, type Fault, fault, type Location } from '../../model/fault.ts'
import { type FileTree, placedAt, type TreeEntry } from '../../model/snapshot.ts'
import { describeTemplate, type GitReference, templateKey } from '../../model/template.ts'
import { isAllowedBase, repositoryName } from '../../stages/declare/remote-base.ts'
import type { Overlay, OverlayFiles, WantedBase } from '../../stages/render/overlay-files.ts'
import type { Sources } from './asked-sources.ts'
import type { TemplateFiles } from './with-packages.ts'

/** Maximum number of remote directories of one overlay, and of files in them. */
const MOST_BASES = 100
const MOST_FILES = 10_000
/** Maximum length of a chain of remote bases. */
const MOST_DEPTH = 10

export interface BasesOptions {
  readonly sources: Sources | undefined
  readonly overlays: OverlayFiles
  /** Prefixes of the repositories that bases may come from: `github.com/org`. */
  readonly allowed: readonly string[]
}

/** A directory of another repository. */
interface GitPath {
  readonly path: string
  readonly git: GitReference
}

/** The files from one repository. */
interface Layer extends Pick<Overlay, 'entries' | 'bases' | 'faults'> {
  readonly tree: FileTree
  /** Where its root is among the files; '' for that of the overlay itself. */
  readonly top: string
  readonly depth: number
}

/** A layer, or why there is none. */
type Fetched = Layer | { readonly fault: Fault }

/**
 * Adds the remote bases of an overlay to its files, each repository in a directory of its own, and has its
 * kustomizations refer to these; those that cannot be had are its faults.
 */
export async function withBases(files: TemplateFiles, options: BasesOptions): Promise<TemplateFiles> {
  if (files.found.bases.length === 0) return files
  const { layers, faults } = await collect(files, options)
  const placed = layers.flatMap(placedEntries)
  const byPath = new Map(placed.map((each) => [each.path, each]))
  const byOid = new Map(placed.map((each) => [each.oid, each]))
  const entries = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    found: {
      ...files.found,
      entries: entries.map(({ path, oid }): TreeEntry => ({ path, oid, type: 'file' })),
      faults: unique([...layers.flatMap(placedFaults), ...faults]),
    },
    tree: { ...files.tree, readBlobs: (oids) => readPlaced(oids, byOid) },
  }
}

/** Collects the layers of all bases, those of bases too. Each directory is fetched once, whatever refers to it. */
async function collect({ found, tree }: TemplateFiles, options: BasesOptions) {
  const layers: Layer[] = [{ ...found, tree, top: '', depth: 0 }]
  const faults: Fault[] = []
  const known = new Set<string>()
  for (const layer of layers) {
    const wanted = layer.bases.map((each) => ({ each, target: targetOf(each, layer, options.allowed) }))
    faults.push(...wanted.flatMap(({ target }) => ('code' in target ? [target] : [])))
    const fresh = wanted.flatMap(({ each, target }) => {
      if ('code' in target || known.has(templateKey(target))) return []
      known.add(templateKey(target))
      return [{ target, location: locationOf(each, layer) }]
    })
    if (known.size > MOST_BASES) return { layers, faults: [...faults, tooMany(found.bases)] }
    const fetched = await Promise.all(
      fresh.map(({ target, location }) => fetchOne(target, { location, depth: layer.depth + 1 }, options)),
    )
    layers.push(...fetched.filter((one): one is Layer => !('fault' in one)))
    faults.push(...fetched.flatMap((one) => ('fault' in one ? [one.fault] : [])))
    const files = layers.reduce((sum, { entries }) => sum + entries.length, -found.entries.length)
    if (files > MOST_FILES) return { layers, faults: [...faults, tooMany(found.bases)] }
  }
  return { layers, faults }
}

/** The directory that a reference names, or why it is not fetched. */
function targetOf(wanted: WantedBase, layer: Layer, allowed: readonly string[]): GitPath | Fault {
  const { base, range } = wanted
  const location = locationOf(wanted, layer)
  if ('code' in base) return fault(base.code, base.details, { location })
  const { url, path, ref } = base
  if (!isAllowedBase(url, allowed)) return fault('remote-base-not-allowed', repositoryName(url), { location })
  if (!/^[0-9a-f]{40}$/.test(ref)) return fault('unpinned-remote-base', repositoryName(url), { location })
  if (range === undefined)
    return fault('bad-remote-base', 'its text has an alias, an escape or a line break', { location })
  if (layer.depth >= MOST_DEPTH)
    return fault('bad-remote-base', `a chain of more than ${MOST_DEPTH} remote bases`, { location })
  return { path, git: { url, commit: ref } }
}

async function fetchOne(
  target: GitPath,
  { location, depth }: { readonly location: Location; readonly depth: number },
  { sources, overlays }: BasesOptions,
): Promise<Fetched> {
  const missing = { fault: fault('unknown-template', describeTemplate(target), { location }) }
  const tree = await sources?.tree(target)
  if (tree === undefined) return missing
  if ('fault' in tree) return { fault: { ...tree.fault, location } }
  const overlay = await overlays.of(target.path, tree)
  if (overlay === undefined) return missing
  const details = 'it refers to a directory outside of its repository, or cannot be read'
  const strays = overlay.strays.map((stray) => fault('bad-remote-base', details, { location: stray }))
  return { ...overlay, faults: [...overlay.faults, ...strays], tree, top: repositoryTop(target.git), depth }
}

/** The directory of a repository's files, `git.example.com/team/bases:1a2b3c4`, as Kustomize accepts it in memory. */
export function repositoryTop({ url, commit }: GitReference): string {
  return `${repositoryName(url).replace(/[^\w.:/-]|\.(?=\.)/g, '_')}:${commit}`
}

/** A kustomization may be part of several bases. */
function unique(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((each) => [describeFault(each), each])).values()]
}

function tooMany([first]: readonly WantedBase[]): Fault {
  const details = `more than ${MOST_BASES} remote bases of one overlay, or ${MOST_FILES} files in them`
  return fault('bad-remote-base', details, { location: first && { file: first.file, line: first.line } })
}

function locationOf({ file, line }: WantedBase, { top }: Layer): Location {
  return { file: placedAt(top, file), line }
}

function placedFaults({ faults, top }: Layer): readonly Fault[] {
  return faults.map(({ location, ...found }) => ({
    ...found,
    ...(location && { location: { ...location, file: placedAt(top, location.file) } }),
  }))
}

/** An entry of a layer among the files of all. */
interface PlacedEntry {
  readonly path: string
  /** Another one than in its tree where the content is another one. */
  readonly oid: string
  readonly source: { readonly tree: FileTree; readonly oid: string }
  /** Of a kustomization: what it refers to. */
  readonly bases: readonly WantedBase[]
}

function placedEntries({ entries, bases, tree, top }: Layer): readonly PlacedEntry[] {
  const byFile = Map.groupBy(bases, ({ file }) => file)
  return entries.map(({ path, oid }) => {
    const placed = placedAt(top, path)
    const own = byFile.get(path)
    const source = { tree, oid }
    return { path: placed, oid: own ? `${oid} ${placed}` : oid, source, bases: own ?? [] }
  })
}

async function readPlaced(
  oids: readonly string[],
  byOid: ReadonlyMap<string, PlacedEntry>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = oids.flatMap((oid) => byOid.get(oid) ?? [])
  const read = await Promise.all(
    [...Map.groupBy(wanted, ({ source }) => source.tree)].map(async ([tree, entries]) => {
      const contents = await tree.readBlobs(entries.map(({ source }) => source.oid))
      return entries.flatMap((entry) => {
        const bytes = contents.get(entry.source.oid)
        return bytes ? [[entry.oid, withLocalPaths(bytes, entry)] as const] : []
      })
    }),
  )
  return new Map(read.flat())
}

/** Each line stays where it is. */
function withLocalPaths(bytes: Uint8Array, { path, bases }: PlacedEntry): Uint8Array {
  if (bases.length === 0) return bytes
  const text = new TextDecoder().decode(bytes)
  const up = '../'.repeat(path.split('/').length - 1) || './'
  const pieces: string[] = []
  let from = 0
  for (const { base, range } of bases) {
    if ('code' in base || range === undefined) continue
    const target = `${repositoryTop({ url: base.url, commit: base.ref })}/${base.path}`.replace(/\/$/, '')
    pieces.push(text.slice(from, range.start), up, target)
    from = range.end
  }
  return new TextEncoder().encode([...pieces, text.slice(from)].join(''))
}
