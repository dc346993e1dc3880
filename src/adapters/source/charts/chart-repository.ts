import { LRUCache } from 'lru-cache'
import type { Budgets } from '../../../model/budgets.ts'
import type { ChartName, ChartReference } from '../../../model/template.ts'
import type { DownloadClaim } from '../../../support/exchange/download-room.ts'
import { expectOk } from '../network/expect-ok.ts'
import type { Network } from '../network/network.ts'
import { safeUrl } from '../network/safe-url.ts'
import type { CheckUrl } from '../permits.ts'
import { type Evidence, MOST_PROVENANCE_BYTES } from '../provenance/evidence.ts'
import { sourceFault } from '../source-fault.ts'
import { type ChartIndex, type IndexEntry, readChartIndex } from './chart-index.ts'
import { checkDigest } from './digest.ts'
import { nearestVersions } from './nearest-versions.ts'
import type { PublishedVersion } from './newest-version.ts'

/**
 * Time for which an index is current, in milliseconds: charts of a repository are often requested together.
 */
const CURRENT_MS = 10_000
/** Maximum number of cached indexes, with their texts; together they take no more than one may. */
const INDEXES_KEPT = 4

/** One version of a chart, found but not yet downloaded. */
export interface FoundChart extends Evidence {
  /** `sha256:…` of the package, if it is known before the download. */
  readonly digest?: string | undefined
  /** Downloads the package and verifies its digest, if known. @throws FaultError */
  readonly download: (claim: DownloadClaim) => Promise<Uint8Array>
}

interface KeptIndex {
  readonly index: ChartIndex
  readonly etag: string | undefined
  /** In bytes. */
  readonly size: number
  readonly askedAt: number
}

/** Chart repositories: an index.yaml beside packages, over HTTP. */
export class ChartRepositories {
  readonly #network: Network
  readonly #check: CheckUrl
  readonly #budgets: Budgets
  /** By URL. */
  readonly #kept: LRUCache<string, KeptIndex>
  readonly #asked = new Map<string, Promise<KeptIndex>>()

  constructor(network: Network, check: CheckUrl, budgets: Budgets) {
    this.#network = network
    this.#check = check
    this.#budgets = budgets
    this.#kept = new LRUCache({
      max: INDEXES_KEPT,
      maxSize: budgets.chartIndex,
      sizeCalculation: ({ size }) => Math.max(1, size),
    })
  }

  /** @throws FaultError template-unavailable, unknown-template */
  async find(chart: ChartReference): Promise<FoundChart> {
    const url = indexUrl(chart.repository)
    const entry = entryOf(chart, await this.#current(url, chart.digest !== undefined))
    return {
      digest: entry.digest,
      download: (claim) => this.#download(chart, entry, { from: url, claim }),
      provenanceFile: () => this.#provenanceFile(chart, entry, url),
    }
  }

  /** All versions of a chart. @throws FaultError template-unavailable, unknown-template */
  async versions({ repository, name }: ChartName): Promise<readonly PublishedVersion[]> {
    const index = await this.#current(indexUrl(repository), false)
    return entriesOf({ repository, name }, index)
  }

  async #current(url: string, pinned: boolean): Promise<ChartIndex> {
    safeUrl(url, { pinned }) // also if another, pinned chart brought the index
    return (await this.#index(url, pinned)).index
  }

  async #download(
    { digest }: ChartReference,
    entry: IndexEntry,
    { from, claim }: { readonly from: string; readonly claim: DownloadClaim },
  ): Promise<Uint8Array> {
    const [url] = entry.urls
    if (url === undefined) throw sourceFault('template-unavailable', `${from} gives no URL for the package`)
    const pinned = digest !== undefined
    const sized = { maxBytes: this.#budgets.chartPackage, tooLarge: 'template-too-large', claim } as const
    const { bytes } = expectOk(await this.#network.get({ url, from, pinned, check: this.#check, ...sized }))
    if (digest !== undefined) checkDigest(bytes, digest, 'Git')
    else if (entry.digest !== undefined) checkDigest(bytes, entry.digest, from)
    return bytes
  }

  /** Beside the package, where Helm looks for it. */
  async #provenanceFile({ digest }: ChartReference, { urls: [url] }: IndexEntry, from: string) {
    if (url === undefined) return undefined
    const beside = `${URL.parse(url, from)?.href ?? url}.prov`
    const question = { url: beside, from, pinned: digest !== undefined, isShort: true }
    const answer = await this.#network.get({
      ...question,
      check: this.#check,
      maxBytes: MOST_PROVENANCE_BYTES,
    })
    return answer.status === 404 || answer.status === 410 ? undefined : expectOk(answer).bytes
  }

  /** Asks once for all that need the index at the same time. */
  #index(url: string, pinned: boolean): Promise<KeptIndex> {
    const before = this.#kept.get(url)
    if (before && Date.now() - before.askedAt < CURRENT_MS) return Promise.resolve(before)
    const asked =
      this.#asked.get(url) ?? this.#ask(url, pinned, before).finally(() => this.#asked.delete(url))
    this.#asked.set(url, asked)
    return asked
  }

  async #ask(url: string, pinned: boolean, before?: KeptIndex): Promise<KeptIndex> {
    const index = await this.#fetch(url, pinned, before)
    this.#kept.set(url, index)
    return index
  }

  async #fetch(url: string, pinned: boolean, before?: KeptIndex): Promise<KeptIndex> {
    const { chartIndex: maxBytes, chartEntries } = this.#budgets
    const askedAt = Date.now()
    const headers = before?.etag ? { 'if-none-match': before.etag } : {}
    const answer = await this.#network.get({
      url,
      pinned,
      headers,
      check: this.#check,
      maxBytes,
      tooLarge: 'chart-index-too-large',
    })
    if (answer.status === 304 && before) return { ...before, askedAt }
    const { bytes } = expectOk(answer)
    const { etag } = answer.headers
    return {
      index: readChartIndex(bytes, url, chartEntries),
      etag: typeof etag === 'string' ? etag : undefined,
      size: bytes.length,
      askedAt,
    }
  }
}

function indexUrl(repository: string): string {
  const url = URL.parse(repository)
  if (url === null) throw sourceFault('template-unavailable', `${repository} is not a URL`)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/index.yaml`
  return url.href
}

/** Helm takes `v1.0.0` and `1.0.0` for one version. */
function isSame(version: string): (entry: IndexEntry) => boolean {
  return (entry) => entry.version.replace(/^v/, '') === version.replace(/^v/, '')
}

function entriesOf({ name, repository }: ChartName, index: ChartIndex): readonly IndexEntry[] {
  const entries = index(name)
  if (entries === undefined) throw sourceFault('unknown-template', `${repository} has no chart named ${name}`)
  return entries
}

function entryOf({ name, version, repository }: ChartReference, index: ChartIndex): IndexEntry {
  const entries = entriesOf({ name, repository }, index)
  const entry = entries.find((each) => each.version === version) ?? entries.find(isSame(version))
  if (entry) return entry
  const versions = entries.map((each) => each.version)
  const near = nearestVersions(version, versions)
  throw sourceFault('unknown-template', `${repository} has no version ${version} of ${name}; ${near}`)
}
