import { LRUCache } from 'lru-cache'
import { type Fault, fault } from '../../../model/fault.ts'
import type { FileTree, TreeEntry } from '../../../model/snapshot.ts'
import { type ChartDependency, type ChartFile, readChartFile } from '../../declare/charts/chart-file.ts'
import { isLockFor } from '../../declare/charts/lock-digest.ts'
import { type IgnoreFile, isTooLarge, readIgnoreFile } from './ignore-rules.ts'
import { type LocalChart, resolveDependency, type WantedPackage } from './resolve-dependency.ts'

/** Maximum number of charts and of files that a chart has by its dependencies. */
const MOST_CHARTS = 100
const MOST_FILES = 10_000
/** Maximum number of files kept as they were read. */
const KEPT = 10_000
/** Maximum number of lines kept of all `.helmignore` files. */
const KEPT_LINES = 10_000
const IGNORE = '.helmignore'

/** The files of a chart, and what it lacks. */
export interface ChartParts {
  /** With those of dependencies in the same repository, below `charts/`. Sorted by path. */
  readonly entries: readonly TreeEntry[]
  /** Dependencies to be fetched. */
  readonly packages: readonly WantedPackage[]
  readonly faults: readonly Fault[]
}

/** A chart, and its path in the chart that all depends on. */
interface Place {
  readonly directory: string
  readonly path: string
  /** The directories of the charts around it. */
  readonly around: readonly string[]
}

/** The regular files of a chart, by their path in it. */
type Files = ReadonlyMap<string, TreeEntry>

/** The dependencies that are not in `charts/`. */
interface Missing {
  readonly dependencies: readonly ChartDependency[]
  readonly isLocked: boolean
  readonly faults: readonly Fault[]
}

/** Collects the files of charts as `helm dependency build` does, but for what it fetches. Reads each content once. */
export class ChartFiles {
  /** By id and path. */
  readonly #charts = new LRUCache<string, ChartFile>({ max: KEPT })
  readonly #ignored = new LRUCache<string, IgnoreFile>({
    maxSize: KEPT_LINES,
    sizeCalculation: ({ lines }) => lines,
  })

  /** The parts of the chart in a directory of the tree, whose regular files are `own`. */
  async of(directory: string, own: readonly TreeEntry[], tree: FileTree): Promise<ChartParts> {
    const entries: TreeEntry[] = []
    const packages: WantedPackage[] = []
    const faults: Fault[] = []
    const places: Place[] = [{ directory, path: directory, around: [] }]
    for (const place of places) {
      const { directory: at, path, around } = place
      const files = around.length === 0 ? byPath(own, at) : await filesOf(at, tree)
      const { locals, ...found } = await this.#dependencies(at, files, tree)
      const isAlone = places.length === 1 && locals.length === 0
      const left = isAlone ? files : await this.#packed(files, tree) // the renderer heeds its .helmignore
      for (const [inside, entry] of left ?? files) entries.push({ ...entry, path: join(path, inside) })
      if (left === undefined) return { entries, packages: [], faults: [tooManyRules(at)] }
      packages.push(...found.packages.map((each) => ({ ...each, path: join(path, each.path) })))
      const { inside, circles } = placesIn(place, locals)
      places.push(...inside)
      faults.push(...found.faults, ...circles)
      if (places.length + packages.length > MOST_CHARTS || (!isAlone && entries.length > MOST_FILES))
        return { entries, packages: [], faults: [tooMany(directory)] }
    }
    return { entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)), packages, faults }
  }

  async #dependencies(directory: string, files: Files, tree: FileTree) {
    const { dependencies, isLocked, faults } = await this.#missing(files, tree)
    const chartIn = async (other: string) => this.#chart((await filesOf(other, tree)).get('Chart.yaml'), tree)
    const found = await Promise.all(
      dependencies
        .slice(0, MOST_CHARTS + 1)
        .map((each) => resolveDependency(each, { directory, isLocked }, chartIn)),
    )
    return {
      locals: unique(found.filter((each): each is LocalChart => 'directory' in each)),
      packages: unique(found.filter((each): each is WantedPackage => 'chart' in each)),
      faults: [...faults, ...found.filter((each): each is Fault => 'code' in each)],
    }
  }

  async #missing(files: Files, tree: FileTree): Promise<Missing> {
    const nothing = { dependencies: [], isLocked: false, faults: [] }
    const chart = await this.#chart(files.get('Chart.yaml'), tree)
    const requirements = await this.#chart(files.get('requirements.yaml') ?? files.get('Chart.yaml'), tree)
    if (!chart || !requirements || requirements.dependencies.length === 0) return nothing
    const isThere = await this.#presence(files, tree)
    if (requirements.dependencies.every(isThere)) return nothing
    const lock = await this.#chart(files.get('requirements.lock') ?? files.get('Chart.lock'), tree)
    if (lock && !isLockFor(lock, requirements.dependencies, chart.apiVersion))
      return { ...nothing, faults: [fault('stale-chart-lock', '', { location: lock.placeOf('digest') })] }
    const { dependencies } = lock ?? requirements
    return {
      ...nothing,
      dependencies: dependencies.filter((each) => !isThere(each)),
      isLocked: lock !== undefined,
    }
  }

  /** Tells whether `charts/` has a dependency, of whatever version: Helm goes by the name. */
  async #presence(files: Files, tree: FileTree): Promise<(dependency: ChartDependency) => boolean> {
    const paths = [...files.keys()]
    const inside = paths.filter((path) => /^charts\/[^/]+\/Chart\.yaml$/.test(path))
    const charts = await Promise.all(inside.map((path) => this.#chart(files.get(path), tree)))
    const names = new Set(charts.map((chart) => chart?.name))
    const archives = paths.filter((path) => /^charts\/[^/]+\.tgz$/.test(path))
    const isOf = (name: string) => (path: string) =>
      path.startsWith(`charts/${name}-`) && /^v?\d/.test(path.slice(`charts/${name}-`.length))
    return ({ name }) => names.has(name) || archives.some(isOf(name))
  }

  /**
   * The files that Helm would package: without those that a `.helmignore` leaves out, and without it. Undefined
   * where it is too large.
   */
  async #packed(files: Files, tree: FileTree): Promise<Files | undefined> {
    const ignore = await read(this.#ignored, files.get(IGNORE), tree, readIgnoreFile)
    if (ignore === undefined) return files
    if (isTooLarge(ignore, files.keys())) return undefined
    const { rules } = ignore
    return rules ? new Map([...files].filter(([path]) => path !== IGNORE && !rules(path))) : files
  }

  #chart(entry: TreeEntry | undefined, tree: FileTree): Promise<ChartFile | undefined> {
    return read(this.#charts, entry, tree, readChartFile)
  }
}

/** The places of the charts that a chart depends on, and faults of those that are around it. */
function placesIn({ directory, path, around }: Place, locals: readonly LocalChart[]) {
  const chain = [...around, directory]
  const isAround = (local: LocalChart) => chain.includes(local.directory)
  return {
    inside: locals
      .filter((local) => !isAround(local))
      .map((local): Place => ({ directory: local.directory, path: join(path, local.path), around: chain })),
    circles: locals
      .filter(isAround)
      .map(({ name, location }) => fault('bad-dependency', `${name} depends on itself`, { location })),
  }
}

async function read<T extends object>(
  known: LRUCache<string, T>,
  entry: TreeEntry | undefined,
  tree: FileTree,
  parse: (text: string, file: string) => T | undefined,
): Promise<T | undefined> {
  if (entry === undefined) return undefined
  const { oid, path } = entry
  const key = `${oid} ${path}`
  const found = known.get(key)
  if (found !== undefined) return found
  const bytes = (await tree.readBlobs([oid])).get(oid)
  const parsed = parse(new TextDecoder().decode(bytes), path)
  if (parsed !== undefined) known.set(key, parsed)
  return parsed
}

async function filesOf(directory: string, tree: FileTree): Promise<Files> {
  return byPath(
    (await tree.entriesBelow(directory)).filter(({ type }) => type === 'file'),
    directory,
  )
}

function byPath(entries: readonly TreeEntry[], directory: string): Files {
  const top = directory === '' ? 0 : directory.length + 1
  return new Map(entries.map((entry) => [entry.path.slice(top), entry]))
}

/** A dependency may be listed several times, with an alias each. */
function unique<T extends { readonly path: string }>(found: readonly T[]): readonly T[] {
  return [...new Map(found.map((each) => [each.path, each])).values()]
}

function join(directory: string, path: string): string {
  return directory === '' ? path : `${directory}/${path}`
}

function tooMany(directory: string): Fault {
  const details = `it has more than ${MOST_CHARTS} charts or ${MOST_FILES} files by its dependencies`
  return fault('bad-dependency', details, { location: { file: join(directory, 'Chart.yaml'), line: 1 } })
}

function tooManyRules(directory: string): Fault {
  const file = join(directory, IGNORE)
  return fault('template-too-large', `${file} has too many rules for its files`, {
    location: { file, line: 1 },
  })
}
