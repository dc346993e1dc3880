import { hash } from 'node:crypto'
import type { Budgets } from '../../../model/budgets.ts'
import { errorMessage } from '../../../model/error-message.ts'
import type { FileTree, TreeEntry } from '../../../model/snapshot.ts'
import {
  type ChartName,
  type ChartReference,
  describeTemplate,
  templateKey,
} from '../../../model/template.ts'
import { Limit } from '../../../support/concurrency/limit.ts'
import { type Unpacked, unpackChart } from '../archive/unpack-chart.ts'
import type { Network } from '../network/network.ts'
import { findInRegistry, versionsInRegistry } from '../oci/registry.ts'
import { registryAddress } from '../oci/registry-address.ts'
import type { Permits } from '../permits.ts'
import type { Provenance } from '../provenance/provenance.ts'
import { asSourceFault, sourceFault } from '../source-fault.ts'
import type { OnNote } from '../source-note.ts'
import { ChartRepositories, type FoundChart } from './chart-repository.ts'
import { digestOf } from './digest.ts'
import { nearestVersions } from './nearest-versions.ts'
import { newestVersion, type PublishedVersion } from './newest-version.ts'
import type { PackageStore } from './package-store.ts'

/** One whose package is slow to come again gives its place to others. */
const UNPACKING = { atOnce: 1, slow: { afterMs: 1_000, atOnce: 3 } }

export interface ChartsOptions {
  readonly network: Network
  readonly permits: Permits
  readonly store: PackageStore
  readonly budgets: Budgets
  readonly onNote: OnNote
  /** What charts need to be used; absent: nothing. */
  readonly provenance?: Provenance | undefined
}

/** A packaged chart, .tgz. */
export interface ChartPackage {
  /** `sha256:…` */
  readonly digest: string
  readonly bytes: () => Promise<Uint8Array>
}

/** The files of a packaged chart. */
export interface ChartTree extends FileTree {
  readonly package: ChartPackage
}

/** Packaged charts of chart repositories and OCI registries. */
export class Charts {
  readonly #options: ChartsOptions
  readonly #repositories: ChartRepositories
  readonly #unpacking = new Limit(UNPACKING)

  constructor(options: ChartsOptions) {
    this.#options = options
    this.#repositories = new ChartRepositories(options.network, options.permits.charts, options.budgets)
  }

  /**
   * The files of a chart. A stored package with the pinned digest is used without any request.
   * @throws FaultError template-unavailable, template-digest, unknown-template, bad-template, and faults of provenance
   */
  async tree(chart: ChartReference): Promise<ChartTree> {
    this.#check(chart)
    const digest = await this.#provide(chart)
    const bytes = () => this.#bytes({ ...chart, digest })
    const unpack = () => this.#unpacked(bytes, (unpacked) => unpacked)
    await this.#options.provenance?.check({ chart, digest, unpack }, () => this.#find(chart))
    const { entries, left } = await this.#unpacked(bytes, listed)
    this.#note('info', 'chart available', chart, { digest })
    if (left.length > 0)
      this.#note('warn', 'links and special files in a chart are skipped', chart, {
        left: left.slice(0, 10),
      })
    const read: ReadPart = (part) => this.#unpacked(bytes, ({ files }) => part(files))
    return { ...treeOf(entries, read), package: { digest, bytes } }
  }

  /** Unpacks one package after the other: each takes much more memory than what is used of it. */
  async #unpacked<T>(bytes: () => Promise<Uint8Array>, use: (unpacked: Unpacked) => T): Promise<T> {
    const { chartUnpacked: maxBytes } = this.#options.budgets
    return this.#unpacking.run(async () => use(await unpackChart(await bytes(), { maxBytes })))
  }

  /** The newest version in a range. @throws FaultError template-unavailable, unknown-template */
  async newest({ repository, name, version: range }: ChartReference): Promise<string> {
    this.#check({ repository, name })
    const published = await this.#versions({ repository, name })
    const newest = newestVersion(published, range)
    if (newest !== undefined) return newest
    const near = nearestVersions(
      range,
      published.map(({ version }) => version),
    )
    throw sourceFault('unknown-template', `${repository} has no version of ${name} in the range; ${near}`)
  }

  /** What is kept of a source that is no longer allowed is not used. @throws FaultError source-not-allowed */
  #check(chart: ChartName): void {
    const { permits } = this.#options
    if (chart.repository.startsWith('oci:')) permits.registries(new URL(registryAddress(chart).api))
    else {
      const url = URL.parse(chart.repository)
      if (url !== null) permits.charts(url)
    }
  }

  #versions(chart: ChartName): Promise<readonly PublishedVersion[]> {
    return chart.repository.startsWith('oci:')
      ? versionsInRegistry(chart, this.#options)
      : this.#repositories.versions(chart)
  }

  /** Makes sure that the package of a chart is in the store. @returns its digest */
  async #provide(chart: ChartReference): Promise<string> {
    const { store } = this.#options
    if (chart.digest && (await store.has(chart.digest))) return chart.digest
    try {
      return await this.#download(chart, await this.#find(chart))
    } catch (error) {
      const digest = chart.digest ?? (await store.noted(templateKey({ chart })))
      const isKept = digest && isAway(error) && (await store.has(digest))
      if (!digest || !isKept) throw error
      this.#note(
        'warn',
        'chart source unavailable; continuing with the last downloaded chart',
        chart,
        { digest },
        error,
      )
      return digest
    }
  }

  async #bytes(chart: ChartReference & { readonly digest: string }): Promise<Uint8Array> {
    const { store } = this.#options
    const kept = await store.get(chart.digest)
    if (kept) return kept
    const found = await this.#find(chart)
    return this.#fetched(found, chart, (bytes) => bytes)
  }

  #find(chart: ChartReference): Promise<FoundChart> {
    return chart.repository.startsWith('oci:')
      ? findInRegistry(chart, this.#options)
      : this.#repositories.find(chart)
  }

  async #download(chart: ChartReference, found: FoundChart): Promise<string> {
    const { store } = this.#options
    if (chart.digest === undefined && found.digest && (await store.has(found.digest))) {
      await this.#remember(found.digest, chart)
      return found.digest
    }
    const digest = await this.#fetched(found, chart, digestOf)
    if (chart.digest === undefined) await this.#remember(digest, chart)
    return digest
  }

  /** Downloads a package and puts it into the store; until then, it counts as a download. */
  async #fetched<T>(found: FoundChart, chart: ChartReference, use: (bytes: Uint8Array) => T): Promise<T> {
    const { network, store } = this.#options
    using claim = network.room.claim()
    const bytes = await found.download(claim)
    await store.put(bytes).catch((error) => this.#uncached(chart, error))
    return use(bytes)
  }

  /** Notes the digest that the source has for the version of a chart. */
  async #remember(digest: string, chart: ChartReference): Promise<void> {
    const noted = this.#options.store.note(templateKey({ chart }), digest)
    await noted.catch((error) => this.#uncached(chart, error))
  }

  #uncached(chart: ChartReference, error: unknown): void {
    this.#note('warn', 'a chart cannot be cached', chart, { reason: errorMessage(error) })
  }

  #note(
    level: 'info' | 'warn',
    message: string,
    chart: ChartReference,
    fields: object,
    error?: unknown,
  ): void {
    const template = describeTemplate({ chart })
    this.#options.onNote({
      level,
      message,
      fields: { template, repository: chart.repository, ...fields },
      ...(error !== undefined && { fault: asSourceFault(error).fault }),
    })
  }
}

/** Whether the error says nothing about the chart itself. */
function isAway(error: unknown): boolean {
  return ['template-unavailable', 'chart-index-too-large'].includes(asSourceFault(error).fault.code)
}

/** Reads some of the files of a package, which are unpacked for it. */
type ReadPart = <T>(part: (files: Unpacked['files']) => T) => Promise<T>

interface Listed {
  /** Sorted by path. */
  readonly entries: readonly TreeEntry[]
  /** Links, devices and other entries that are left out. */
  readonly left: readonly string[]
}

function listed({ files, left }: Unpacked): Listed {
  const entries = [...files].map(
    ([path, bytes]): TreeEntry => ({ path, oid: hash('sha256', bytes), type: 'file' }),
  )
  return { entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)), left }
}

/** Contents are unpacked again when they are read, which happens once, to make a renderer. */
function treeOf(entries: Listed['entries'], read: ReadPart): FileTree {
  const pathOf = new Map(entries.map(({ path, oid }) => [oid, path]))
  return {
    entriesBelow: async (directory) =>
      directory === '' ? entries : entries.filter(({ path }) => path.startsWith(`${directory}/`)),
    readBlobs: (oids) =>
      read((files) => {
        const found = oids.flatMap((oid) => {
          const bytes = files.get(pathOf.get(oid) ?? '')
          return bytes ? [[oid, Uint8Array.from(bytes)] as const] : [] // without the rest of the package
        })
        return new Map(found)
      }),
  }
}
