import { LRUCache } from 'lru-cache'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import type { FileTree, TreeEntry } from '../../model/snapshot.ts'
import { type Kustomization, readKustomization } from '../declare/kustomization.ts'
import type { PlacedBase } from '../declare/placed-bases.ts'
import { isKustomization } from '../declare/template-files.ts'
import { directoryOf, unsafePart } from '../declare/tree-path.ts'

/** Maximum number of directories that one overlay is collected from, and of files elsewhere. */
const MOST_TARGETS = 2000
/** Maximum number of kustomizations kept as they were read. */
const KEPT = 20_000

/** A remote base, and the path of the kustomization that refers to it. */
export interface WantedBase extends PlacedBase {
  readonly file: string
}

/** The files that an overlay is built from. */
export interface Overlay {
  /** Sorted by path, without links. */
  readonly entries: readonly TreeEntry[]
  /** What Kustomize is not asked for; each location is a path of the tree. */
  readonly faults: readonly Fault[]
  /** To be fetched. */
  readonly bases: readonly WantedBase[]
  /** Kustomizations that refer to directories outside of the tree. */
  readonly strays: readonly Location[]
}

/** A directory with a kustomization: its part of the overlays that it belongs to. */
interface Part extends Overlay {
  /** Other directories and files that it refers to. */
  readonly targets: readonly string[]
}

const NOTHING = { entries: [], faults: [], bases: [], strays: [] }

/** Regular files below a directory, by path. */
type Files = ReadonlyMap<string, TreeEntry>

/**
 * Collects the files of overlays. Reads each kustomization once for its content, and lists each directory once
 * for its tree, however many overlays it belongs to.
 */
export class OverlayFiles {
  /** By id and path. */
  readonly #kustomizations = new LRUCache<string, Kustomization>({ max: KEPT })
  readonly #listings = new WeakMap<FileTree, Map<string, Promise<Files>>>()
  readonly #parts = new WeakMap<FileTree, Map<string, Promise<Part | undefined>>>()

  /**
   * The files that the kustomization of a directory consists of and refers to, transitively; undefined where the
   * directory has none.
   */
  async of(directory: string, tree: FileTree): Promise<Overlay | undefined> {
    const found = new Map<string, TreeEntry>()
    const parts: Part[] = []
    const looked = new Set([directory])
    for (const path of looked) {
      if (looked.size > MOST_TARGETS)
        return { ...NOTHING, entries: [...found.values()], faults: [tooMany(directory)] }
      const part = await this.#part(path, tree)
      if (part === undefined && path === directory) return undefined
      const known = part ?? (await this.#plainPart(path, tree))
      for (const entry of known.entries) found.set(entry.path, entry)
      for (const target of known.targets) looked.add(target)
      parts.push(known)
    }
    return {
      entries: [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
      faults: parts.flatMap(({ faults }) => faults),
      bases: parts.flatMap(({ bases }) => bases),
      strays: parts.flatMap(({ strays }) => strays),
    }
  }

  #part(directory: string, tree: FileTree): Promise<Part | undefined> {
    return once(this.#parts, tree, directory, () => this.#read(directory, tree))
  }

  async #read(directory: string, tree: FileTree): Promise<Part | undefined> {
    const files = await this.#listing(directory, tree)
    const beside = [...files.values()].filter(({ path }) => directoryOf(path) === directory)
    const own = beside.filter(({ path }) => isKustomization(path))
    if (own.length === 0) return undefined
    const read = await this.#kustomizationsOf(own, tree)
    const targets = read.flatMap((each) => each.targets)
    const readsBelow = read.some((each) => each.readsBelow)
    const named = targets.flatMap((target) => files.get(target) ?? [])
    return {
      entries: readsBelow ? [...files.values()] : [...beside, ...named],
      targets: targets.filter((target) => !files.has(target)),
      faults: own.flatMap(({ path: file }, index) => {
        const line = read[index]?.chartLine
        return line === undefined ? [] : [fault('chart-in-kustomization', '', { location: { file, line } })]
      }),
      bases: own.flatMap(({ path: file }, index) =>
        (read[index]?.remotes ?? []).map((placed) => ({ ...placed, file })),
      ),
      strays: own.flatMap(({ path: file }, index) => {
        const line = read[index]?.strayLine
        return line === undefined ? [] : [{ file, line }]
      }),
    }
  }

  /** What is at a path without a kustomization: a file, or a directory that Kustomize will complain about. */
  async #plainPart(path: string, tree: FileTree): Promise<Part> {
    const below = await this.#listing(path, tree)
    const [file] = below.size > 0 ? [] : [(await this.#listing(directoryOf(path), tree)).get(path)]
    const beside = [...below.values()].filter((entry) => directoryOf(entry.path) === path)
    return { ...NOTHING, entries: file ? [file] : beside, targets: [] }
  }

  #listing(directory: string, tree: FileTree): Promise<Files> {
    return once(this.#listings, tree, directory, async () => {
      const entries = (await tree.entriesBelow(directory)).filter(isSafeFile)
      return new Map(entries.map((entry) => [entry.path, entry]))
    })
  }

  async #kustomizationsOf(
    entries: readonly TreeEntry[],
    { readBlobs }: FileTree,
  ): Promise<readonly Kustomization[]> {
    const keyOf = ({ path, oid }: TreeEntry) => `${oid} ${path}`
    const unread = entries.filter((entry) => !this.#kustomizations.has(keyOf(entry)))
    const contents = await readBlobs(unread.map(({ oid }) => oid))
    return entries.map((entry) => {
      const text = () => new TextDecoder().decode(contents.get(entry.oid))
      const read = this.#kustomizations.get(keyOf(entry)) ?? readKustomization(text(), entry.path)
      this.#kustomizations.set(keyOf(entry), read)
      return read
    })
  }
}

/** Kustomize would take a name such as `..` for a step. */
function isSafeFile({ path, type }: TreeEntry): boolean {
  return type === 'file' && unsafePart(path) === undefined
}

function tooMany(directory: string): Fault {
  const details = `it refers to more than ${MOST_TARGETS} directories, and files outside of its own`
  const file = directory === '' ? 'kustomization.yaml' : `${directory}/kustomization.yaml`
  return fault('kustomization-failed', details, { location: { file, line: 1 } })
}

/** The value for a path of a tree, made on first use. */
function once<T>(
  known: WeakMap<FileTree, Map<string, Promise<T>>>,
  tree: FileTree,
  path: string,
  make: () => Promise<T>,
): Promise<T> {
  const ofTree = known.get(tree) ?? new Map<string, Promise<T>>()
  known.set(tree, ofTree)
  const value = ofTree.get(path) ?? make()
  ofTree.set(path, value)
  value.catch(() => ofTree.delete(path)) // the caller gets the error, the next one asks anew
  return value
}
