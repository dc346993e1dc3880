import type { Budgets } from '../../../model/budgets.ts'
import { FaultError } from '../../../model/fault.ts'
import { isJsonArray, objectIn, parseJson } from '../../../model/json.ts'
import type { ChartName, ChartReference } from '../../../model/template.ts'
import type { DownloadClaim } from '../../../support/exchange/download-room.ts'
import type { FoundChart } from '../charts/chart-repository.ts'
import { checkDigest, digestOf } from '../charts/digest.ts'
import { nearestVersions } from '../charts/nearest-versions.ts'
import type { PublishedVersion } from '../charts/newest-version.ts'
import { expectOk } from '../network/expect-ok.ts'
import type { Answer, Network, Question } from '../network/network.ts'
import type { Permits } from '../permits.ts'
import { sourceFault } from '../source-fault.ts'
import { bearerToken } from './bearer-token.ts'
import { chartLayer } from './chart-layer.ts'
import { imageEvidence } from './image-evidence.ts'
import { LARGEST_MANIFEST, MANIFEST } from './manifest.ts'
import { type RegistryAddress, registryAddress } from './registry-address.ts'
import type { ReadOptions, RegistryReader } from './registry-reader.ts'

/** The way to registries. */
export interface RegistrySource {
  readonly network: Network
  readonly permits: Permits
  readonly budgets: Pick<Budgets, 'chartPackage'>
}

/** Tags to ask for at once, and maximum number of pages. */
const PAGE = 1000
const MOST_PAGES = 50
const MANIFEST_SIZED = { maxBytes: LARGEST_MANIFEST, isShort: true }

/**
 * Finds a chart in an OCI registry (OCI distribution-spec 1.1), where `helm push` stores it. A digest in the
 * reference is that of the package, the layer: the package is requested by it, whatever the tag points to
 * now.
 * @throws FaultError template-unavailable, unknown-template
 */
export async function findInRegistry(chart: ChartReference, source: RegistrySource): Promise<FoundChart> {
  const registry = new Registry(registryAddress(chart), source)
  const { digest: pinned } = chart
  const evidence = imageEvidence(registry)
  if (pinned !== undefined)
    return { digest: pinned, download: (claim) => registry.pinned(pinned, chart, claim), ...evidence }
  const { layer } = await registry.manifest(chart)
  return { digest: layer, download: (claim) => registry.blob(layer, claim), ...evidence }
}

/** The versions of a chart in an OCI registry. @throws FaultError template-unavailable, unknown-template */
export async function versionsInRegistry(
  chart: ChartName,
  source: RegistrySource,
): Promise<readonly PublishedVersion[]> {
  const versions = await new Registry(registryAddress(chart), source).versions()
  return versions.map((version) => ({ version }))
}

/** One repository of a registry, accessed with one token. */
class Registry implements RegistryReader {
  readonly #address: RegistryAddress
  readonly #source: RegistrySource
  #token: string | undefined

  constructor(address: RegistryAddress, source: RegistrySource) {
    this.#address = address
    this.#source = source
  }

  get address(): RegistryAddress {
    return this.#address
  }

  async find(path: string, { absent = [], ...more }: ReadOptions): Promise<Buffer | undefined> {
    const answer = await this.#ask(path, { isShort: true, ...more })
    return [404, ...absent].includes(answer.status) ? undefined : expectOk(answer).bytes
  }

  /** The digests of the tag's manifest and of the package in it. */
  async manifest({ version }: ChartReference): Promise<{ readonly digest: string; readonly layer: string }> {
    const { tag, text } = this.#address
    const answer = await this.#ask(`manifests/${tag}`, { accept: MANIFEST, ...MANIFEST_SIZED })
    if (answer.status === 404) {
      const near = nearestVersions(version, await this.#knownVersions())
      throw sourceFault('unknown-template', `${text} not found; ${near}`)
    }
    const { bytes } = expectOk(answer)
    return { digest: digestOf(bytes), layer: chartLayer(bytes, text) }
  }

  /** The versions that the registry lists, page by page (OCI distribution-spec, "Listing Tags"). */
  async versions(): Promise<readonly string[]> {
    const found: string[] = []
    let last: string | undefined
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = last === undefined ? '' : `&last=${encodeURIComponent(last)}`
      const answer = expectOk(await this.#ask(`tags/list?n=${PAGE}${query}`, MANIFEST_SIZED))
      const { tags } = objectIn(parseJson(answer.bytes.toString('utf8')))
      const listed = isJsonArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
      found.push(...listed.map((tag) => tag.replaceAll('_', '+')))
      last = listed.at(-1)
      if (last === undefined || answer.headers.link === undefined) break
    }
    return found
  }

  async blob(digest: string, claim: DownloadClaim): Promise<Uint8Array> {
    const { bytes } = expectOk(await this.#ask(`blobs/${digest}`, { claim }))
    checkDigest(bytes, digest, 'its manifest')
    return bytes
  }

  async pinned(digest: string, chart: ChartReference, claim: DownloadClaim): Promise<Uint8Array> {
    const answer = await this.#ask(`blobs/${digest}`, { claim })
    if (answer.status === 404) throw await this.#otherDigest(digest, chart)
    const { bytes } = expectOk(answer)
    checkDigest(bytes, digest, 'Git')
    return bytes
  }

  /** The fault for a missing package: names the digest that the tag has instead. */
  async #otherDigest(pinned: string, chart: ChartReference) {
    const { digest, layer } = await this.manifest(chart)
    const why = digest === pinned ? `${pinned} is the digest of the manifest` : `Git says ${pinned}`
    return sourceFault(
      'template-digest',
      `the package of ${this.#address.text} has the digest ${layer}; ${why}`,
    )
  }

  /** Versions that the registry lists, none if it fails: they only help users to find another version. */
  async #knownVersions(): Promise<readonly string[]> {
    try {
      return await this.versions()
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      return []
    }
  }

  async #ask(
    path: string,
    more: Partial<Pick<Question, 'maxBytes' | 'isShort' | 'claim'>> & { readonly accept?: string } = {},
  ): Promise<Answer> {
    const { accept, ...rest } = more
    const { network, permits, budgets } = this.#source
    const url = `${this.#address.api}/${path}`
    const ask = () => {
      const headers = {
        ...(accept && { accept }),
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
      }
      const sized = { maxBytes: budgets.chartPackage, tooLarge: 'template-too-large' } as const
      return network.get({ url, pinned: false, headers, check: permits.registries, ...sized, ...rest })
    }
    const answer = await ask()
    if (answer.status !== 401 || this.#token !== undefined) return answer
    this.#token = await bearerToken(answer, { network, check: permits.realm(new URL(url)) })
    return this.#token === undefined ? answer : ask()
  }
}
