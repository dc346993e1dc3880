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
    const { digest, bytes } = await this.#package(chart)
    const unpack = () => this.#unpack(bytes)
    await this.#options.provenance?.check({ chart, digest, bytes, unpack }, () => this.#find(chart))
    const unpacked = await unpack()
    this.#note('info', 'chart available', chart, { digest })
    if (unpacked.left.length > 0)
      this.#note('warn', 'links and special files in a chart are skipped', chart, {
        left: unpacked.left.slice(0, 10),
      })
    const again = async () =>
      (await this.#options.store.get(digest)) ?? (await this.#package({ ...chart, digest })).bytes
    return {
      ...treeOf(unpacked, async () => this.#unpack(await again())),
      package: { digest, bytes: again },
    }
  }

  #unpack(bytes: Uint8Array): Promise<Unpacked> {
    return unpackChart(bytes, { maxBytes: this.#options.budgets.chartUnpacked })
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

  async #package(chart: ChartReference): Promise<{ readonly digest: string; readonly bytes: Uint8Array }> {
    const { store } = this.#options
    const kept = chart.digest && (await store.get(chart.digest))
    if (chart.digest && kept) return { digest: chart.digest, bytes: kept }
    try {
      return await this.#download(chart, await this.#find(chart))
    } catch (error) {
      const digest = chart.digest ?? (await store.noted(templateKey({ chart })))
      const bytes = digest && isAway(error) && (await store.get(digest))
      if (!digest || !bytes) throw error
      this.#note(
        'warn',
        'chart source unavailable; continuing with the last downloaded chart',
        chart,
        { digest },
        error,
      )
      return { digest, bytes }
    }
  }

  #find(chart: ChartReference): Promise<FoundChart> {
    return chart.repository.startsWith('oci:')
      ? findInRegistry(chart, this.#options)
      : this.#repositories.find(chart)
  }

  async #download(chart: ChartReference, found: FoundChart) {
    const { store } = this.#options
    const kept = chart.digest === undefined && found.digest && (await store.get(found.digest))
    const bytes = kept || (await found.download())
    const digest = digestOf(bytes)
    try {
      if (!kept) await store.put(bytes)
      if (chart.digest === undefined) await store.note(templateKey({ chart }), digest)
    } catch (error) {
      this.#note('warn', 'a chart cannot be cached', chart, { reason: errorMessage(error) })
    }
    return { digest, bytes }
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

/** Contents are unpacked again when they are read, which happens once, to make a renderer. */
function treeOf({ files }: Unpacked, unpack: () => Promise<Unpacked>): FileTree {
  const entries = [...files]
    .map(([path, bytes]): TreeEntry => ({ path, oid: hash('sha256', bytes), type: 'file' }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const pathOf = new Map(entries.map(({ path, oid }) => [oid, path]))
  return {
    entriesBelow: async (directory) =>
      directory === '' ? entries : entries.filter(({ path }) => path.startsWith(`${directory}/`)),
    readBlobs: async (oids) => {
      const { files: contents } = await unpack()
      return new Map(
        oids.flatMap((oid) => {
          const bytes = contents.get(pathOf.get(oid) ?? '')
          return bytes ? [[oid, bytes] as const] : []
        }),
      )
    },
  }
}
