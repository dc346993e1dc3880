import type { JsonObject } from '../../model/json.ts'
import { writeJson } from '../../model/json.ts'
import { FIELD_MANAGER } from '../../model/labels.ts'
import { isBeingDeleted, type KubernetesObject, type LiveObject, type ObjectKey } from '../../model/object.ts'
import type { PatchOperation } from '../../model/plan.ts'
import type { Resource } from '../../model/schema.ts'
import { ApiError } from './api-error.ts'
import { Authentication } from './authentication.ts'
import type { CapturingKubeConfig } from './capturing-kube-config.ts'
import { Limiter } from './limiter.ts'
import { type List, type ListOptions, latestVersion, list } from './list.ts'
import { isNamed, parseAnswer, parseObject } from './parse-answer.ts'
import { collectionPath, objectPath, query } from './resource-path.ts'
import { retry } from './retry.ts'
import { type ApiLimits, type ApiRequest, type Exchange, Transport } from './transport.ts'
import { type WatchEvent, type WatchOptions, watch } from './watch.ts'

export interface ClusterClientOptions {
  /** Maximum number of writes, and of reads, in flight; by default it adapts to the server. */
  readonly inFlight?: number
  /** Maximum time for the attempts of a request, in milliseconds; 30 s by default. */
  readonly deadline?: number
  readonly userAgent?: string
  readonly onWarning?: (warning: string) => void
  readonly onExchange?: (exchange: Exchange) => void
  /** Called at each retry of a request. */
  readonly onRetry?: () => void
  /** Called before each attempt to write an object, except dry runs; forbids the write by throwing. */
  readonly beforeWrite?: () => void | Promise<void>
  /** Time limits of one request. */
  readonly limits?: Partial<ApiLimits>
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Maximum time for the attempts of the request, in milliseconds. */
  readonly deadline?: number | undefined
  /** Lane of the request, such as an installation's name: no lane makes the others wait. */
  readonly lane?: string | undefined
  /** Service account that the request is made as, `namespace/name`; by default Reeve's own. */
  readonly as?: string | undefined
}

/** Requests that can be made as a service account. */
export type Requests = Pick<ClusterClient, 'create' | 'patch' | 'delete' | 'get' | 'list'>

export interface WriteOptions extends CallOptions {
  /** The server does everything except persist the result (dryRun=All). */
  readonly dryRun?: boolean | undefined
  /** The object contains secrets, whatever its kind: errors quote no values. */
  readonly secret?: boolean | undefined
  /** Receives the API server's warnings, such as the use of a deprecated version. */
  readonly onWarning?: ((warning: string) => void) | undefined
}

export interface DeleteOptions extends WriteOptions {
  /** Deletes only the object with this uid; another object of the same name is a 409. */
  readonly uid: string
  readonly resourceVersion?: string | undefined
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' | undefined
}

/** Changes objects, as some account. */
export type Writer = Pick<Requests, 'create' | 'patch' | 'delete'>

/** An answer as received, for paths that are not resources. */
export interface RawAnswer {
  /** HTTP status: 200, or 304 if the etag still matches. */
  readonly code: number
  readonly contentType: string
  readonly etag: string | undefined
  readonly body: string
}

/**
 * A client of one API server: plain objects over kept-alive connections. It retries transient failures (429,
 * 500, 502 to 504, broken connections) until the deadline, including a POST whose first attempt may have
 * arrived: the caller resolves AlreadyExists. All methods throw ApiError and ConnectionError.
 */
export class ClusterClient implements AsyncDisposable {
  readonly #transport: Transport
  readonly #deadline: number
  readonly #writes: Limiter
  readonly #reads: Limiter
  readonly #onRetry: (() => void) | undefined
  readonly #beforeWrite: (() => void | Promise<void>) | undefined

  /**
   * @param load reads the configuration: at the first request, and after a 401 or an untrusted certificate
   */
  constructor(load: () => Promise<CapturingKubeConfig>, options: ClusterClientOptions = {}) {
    this.#transport = new Transport({
      authentication: new Authentication(load),
      userAgent: options.userAgent ?? FIELD_MANAGER,
      onWarning: options.onWarning,
      onExchange: options.onExchange,
      limits: options.limits,
    })
    this.#deadline = options.deadline ?? 30_000
    this.#writes = new Limiter(options.inFlight)
    this.#reads = new Limiter(options.inFlight)
    this.#onRetry = options.onRetry
    this.#beforeWrite = options.beforeWrite
  }

  /**
   * Requests as a service account, by impersonation: the API server grants what the account may do. Errors name
   * the account (ApiError.as).
   */
  as(account: string): Requests {
    const own = { as: account }
    return {
      create: (resource, object, options) => this.create(resource, object, { ...options, ...own }),
      patch: (resource, key, operations, options) =>
        this.patch(resource, key, operations, { ...options, ...own }),
      delete: (resource, key, options) => this.delete(resource, key, { ...options, ...own }),
      get: (resource, key, options) => this.get(resource, key, { ...options, ...own }),
      list: (resource, options) => this.list(resource, { ...options, ...own }),
    }
  }

  /** Creates an object as field manager `reeve`; unknown fields are an error (fieldValidation=Strict). */
  async create(
    resource: Resource,
    object: KubernetesObject,
    options: WriteOptions = {},
  ): Promise<LiveObject> {
    const request: ApiRequest = {
      method: 'POST',
      path: collectionPath(resource, object.metadata.namespace) + writeQuery(options),
      body: () => writeJson(object),
      contentType: 'application/json',
      secret: options.secret === true || isSecret(resource),
      onWarning: options.onWarning,
    }
    return parseObject(await this.#write(request, options), described(request))
  }

  /** Applies a JSON patch (RFC 6902). A failed `test` operation is an ApiError of code 422. */
  async patch(
    resource: Resource,
    key: ObjectKey,
    operations: readonly PatchOperation[],
    options: WriteOptions = {},
  ): Promise<LiveObject> {
    const request: ApiRequest = {
      method: 'PATCH',
      path: objectPath(resource, key) + writeQuery(options),
      body: () => writeJson(operations),
      contentType: 'application/json-patch+json',
      secret: options.secret === true || isSecret(resource),
      onWarning: options.onWarning,
    }
    return parseObject(await this.#write(request, options), described(request))
  }

  /**
   * Replaces the status of an object through its subresource; an object of the same name with another uid is
   * an ApiError of code 422.
   */
  async putStatus(
    resource: Resource,
    { metadata }: LiveObject,
    status: JsonObject,
    options: CallOptions = {},
  ): Promise<LiveObject> {
    const { namespace = '', name, uid } = metadata
    const operations: readonly PatchOperation[] = [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'add', path: '/status', value: status },
    ]
    const request: ApiRequest = {
      method: 'PATCH',
      path: `${objectPath(resource, { namespace, name })}/status${WRITE_QUERY}`,
      body: writeJson(operations),
      contentType: 'application/json-patch+json',
    }
    return parseObject(await this.#write(request, options), described(request))
  }

  /**
   * Deletes an object, by default in the background.
   *
   * @returns the object if it remains for a while (finalizers, grace period), otherwise undefined
   */
  async delete(resource: Resource, key: ObjectKey, options: DeleteOptions): Promise<LiveObject | undefined> {
    const { uid, resourceVersion, propagationPolicy = 'Background' } = options
    const request: ApiRequest = {
      method: 'DELETE',
      path: objectPath(resource, key) + query({ dryRun: options.dryRun ? 'All' : undefined }),
      body: JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy,
        preconditions: { uid, resourceVersion },
      }),
      contentType: 'application/json',
    }
    const answer = parseAnswer(await this.#write(request, options), described(request))
    return isNamed(answer) && isBeingDeleted(answer) ? answer : undefined
  }

  /** Reads one object; undefined if there is none. A kind that is not served is an ApiError of code 404. */
  async get(resource: Resource, key: ObjectKey, options: CallOptions = {}): Promise<LiveObject | undefined> {
    const request: ApiRequest = { method: 'GET', path: objectPath(resource, key), secret: isSecret(resource) }
    try {
      return parseObject(await this.#read(request, options), described(request))
    } catch (error) {
      if (error instanceof ApiError && error.code === 404 && error.reason === 'NotFound') return undefined
      throw error
    }
  }

  /** Reads all objects of a kind, page by page, at one resourceVersion. */
  async list(resource: Resource, options: ListOptions & CallOptions = {}): Promise<List> {
    const read = (request: ApiRequest) => this.#read(request, options)
    return list(read, resource, options)
  }

  /** The resourceVersion that a list of the kind would return now. */
  async latest(resource: Resource, options: ListOptions & CallOptions = {}): Promise<string> {
    return latestVersion((request) => this.#read(request, options), resource, options)
  }

  /**
   * Streams the changes of a kind after a resourceVersion. Ends when the server ends it; does not resume.
   *
   * @throws ApiError of code 410 if the server no longer has the resourceVersion
   */
  watch(resource: Resource, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
    return watch(this.#transport, resource, options)
  }

  /** Requests any path, such as /version. */
  async raw(
    method: ApiRequest['method'],
    path: string,
    options: CallOptions & Pick<ApiRequest, 'accept' | 'etag' | 'body' | 'contentType'> = {},
  ): Promise<RawAnswer> {
    const { accept, etag, body, contentType, signal } = options
    const request: ApiRequest = { method, path, accept, etag, body, contentType, signal }
    return this.#retry(this.#reads, options, async () => {
      const response = await this.#transport.send(request)
      return {
        code: response.statusCode,
        contentType: header(response.headers['content-type']) ?? '',
        etag: header(response.headers.etag),
        body: await this.#transport.readText(response, request),
      }
    })
  }

  /** Breaks all connections; requests in flight or sent later end with an AbortError. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport[Symbol.asyncDispose]()
    this.#writes.open()
    this.#reads.open()
  }

  #read(request: ApiRequest, options: CallOptions): Promise<string> {
    return this.#retry(this.#reads, options, () => this.#send(request, options))
  }

  #write(request: ApiRequest, options: WriteOptions): Promise<string> {
    return this.#retry(this.#writes, options, async () => {
      if (!options.dryRun) await this.#beforeWrite?.()
      return this.#send(request, options)
    })
  }

  async #send(request: ApiRequest, { signal, as }: CallOptions): Promise<string> {
    const signed = signal || as ? { ...request, signal, as } : request
    return this.#transport.readText(await this.#transport.send(signed), signed)
  }

  /** A request that waits for its next attempt gives its place in flight to others. */
  #retry<T>(limiter: Limiter, options: CallOptions, send: () => Promise<T>): Promise<T> {
    const { signal, lane, deadline = this.#deadline } = options
    let start = 0
    const timed = () => {
      start = performance.now()
      return send()
    }
    const took = () => performance.now() - start
    const run = () => limiter.run(timed, { signal, lane })
    return retry(run, { deadline, signal, took, onRetry: this.#onRetry })
  }
}

const WRITE_QUERY = query({ fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' })

function writeQuery(options: WriteOptions): string {
  return options.dryRun ? `${WRITE_QUERY}&dryRun=All` : WRITE_QUERY
}

function isSecret(resource: Resource): boolean {
  return resource.group === '' && resource.plural === 'secrets'
}

function described({ method, path }: ApiRequest): string {
  return `${method} ${path.split('?', 1)[0]}`
}

function header(value: string | string[] | undefined): string | undefined {
  return [value].flat()[0]
}
