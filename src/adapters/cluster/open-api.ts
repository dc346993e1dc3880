import { isJsonObject, type JsonObject, readJson } from '../../model/json.ts'
import { ApiError } from './api-error.ts'
import type { ClusterClient } from './client.ts'

/** A group version's OpenAPI v3 document. */
export interface OpenApiDocument {
  /** Changes with the document, and so keys data derived from it. */
  readonly url: string
  readonly document: JsonObject
}

/**
 * The OpenAPI v3 documents of an API server, found through the index at /openapi/v3. A parsed document may
 * take several megabytes: it is cached only while a caller holds it.
 */
export class OpenApi {
  readonly #client: ClusterClient
  #index: Promise<ReadonlyMap<string, string>> | undefined
  readonly #documents = new Map<string, WeakRef<JsonObject>>()

  constructor(client: ClusterClient) {
    this.#client = client
  }

  /** Drops the index, so that the next call reads it again: a CRD or API service was added or changed. */
  refresh(): void {
    this.#index = undefined
  }

  /**
   * The address of a group version's document, hash included; undefined if there is none.
   *
   * @param groupVersion such as `v1` or `apps/v1`
   */
  async url(groupVersion: string): Promise<string | undefined> {
    const index = await this.#readIndex()
    return index.get(groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`)
  }

  /** A group version's document; undefined if the server publishes none. */
  async document(groupVersion: string): Promise<OpenApiDocument | undefined> {
    const url = await this.url(groupVersion)
    if (url === undefined) return undefined
    const kept = this.#documents.get(url)?.deref()
    return kept === undefined ? this.#read(url) : { url, document: kept }
  }

  async #read(url: string): Promise<OpenApiDocument | undefined> {
    try {
      const { body } = await this.#client.raw('GET', url)
      const document = parse(body)
      this.#documents.set(url, new WeakRef(document))
      return { url, document }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.code === 404) return undefined
      if (error.code === 301) return this.#readMoved(url)
      throw error
    }
  }

  /** The index lags behind the documents: an address with an outdated hash is redirected. */
  async #readMoved(url: string): Promise<OpenApiDocument> {
    this.refresh()
    const [path = url] = url.split('?', 1)
    const { body, etag } = await this.#client.raw('GET', path)
    return { url: `${path}?etag=${etag}`, document: parse(body) }
  }

  #readIndex(): Promise<ReadonlyMap<string, string>> {
    this.#index ??= this.#askIndex().catch((error: unknown) => {
      this.#index = undefined
      throw error
    })
    return this.#index
  }

  async #askIndex(): Promise<ReadonlyMap<string, string>> {
    const { body } = await this.#client.raw('GET', '/openapi/v3')
    const { paths = {} } = JSON.parse(body) as {
      readonly paths?: Readonly<Record<string, { readonly serverRelativeURL: string }>>
    }
    const index = new Map(Object.entries(paths).map(([path, at]) => [path, at.serverRelativeURL]))
    this.#forgetAllBut(new Set(index.values()))
    return index
  }

  #forgetAllBut(urls: ReadonlySet<string>): void {
    for (const url of this.#documents.keys()) if (!urls.has(url)) this.#documents.delete(url)
  }
}

function parse(body: string): JsonObject {
  const document: unknown = readJson(body)
  if (!isJsonObject(document)) throw new TypeError('the OpenAPI document is not an object')
  return document
}
