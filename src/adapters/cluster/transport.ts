import { setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, errors } from 'undici'
import { userOf } from '../../model/service-account.ts'
import { connectionWords } from '../../support/exchange/connection-words.ts'
import { ApiError, apiErrorOf, ConnectionError } from './api-error.ts'
import { type Access, type Authentication, RENEWED_WITHIN_MS } from './authentication.ts'
import { isUntrusted } from './is-untrusted.ts'
import { isUnauthenticated } from './refusal-code.ts'
import { warningsIn } from './warnings.ts'

/** One HTTP request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the API server's address, with the query. */
  readonly path: string
  /** A function makes the body when the request is sent, because many requests may wait for their turn. */
  readonly body?: string | (() => string) | undefined
  readonly contentType?: string | undefined
  readonly accept?: string | undefined
  readonly etag?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Maximum pause in the answer, in milliseconds. */
  readonly bodyTimeout?: number
  /** The request concerns a Secret: errors quote no values. */
  readonly secret?: boolean | undefined
  /** Service account that the request is made as, `namespace/name`. */
  readonly as?: string | undefined
  /** Receives the warnings of this request, instead of the transport's own `onWarning`. */
  readonly onWarning?: ((warning: string) => void) | undefined
}

/** Delay before a request with expired credentials is sent again, in milliseconds. */
const REPEAT_AFTER_MS = 250

export type ApiResponse = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>

/** A request and its result, for metrics. */
export interface Exchange {
  readonly method: string
  /** HTTP status; 0 if no answer came. */
  readonly code: number
  readonly seconds: number
}

export interface TransportOptions {
  readonly authentication: Authentication
  readonly userAgent: string
  /** Receives warnings of the API server (RFC 7234, code 299), such as the use of a deprecated version. */
  readonly onWarning?: ((warning: string) => void) | undefined
  readonly onExchange?: ((exchange: Exchange) => void) | undefined
  readonly limits?: Partial<ApiLimits> | undefined
}

/** Time limits for the API server, in milliseconds. */
export interface ApiLimits {
  /** Maximum time until the headers of an answer arrive. */
  readonly headersMs: number
  /** Maximum pause in an answer. */
  readonly pauseMs: number
  /** Maximum time from the headers to the end of the answer; watches have none. */
  readonly answerMs: number
}

/** kube-apiserver gives up a request after 60 s (--request-timeout); headers and pauses get a little more. */
const LIMITS: ApiLimits = { headersMs: 65_000, pauseMs: 65_000, answerMs: 120_000 }

/** Sends requests to one API server, authenticated, over kept-alive connections. */
export class Transport implements AsyncDisposable {
  readonly #options: TransportOptions
  readonly #limits: ApiLimits
  #closed = false

  constructor(options: TransportOptions) {
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
  }

  /**
   * Sends a request, and again with new credentials after a 401 or an untrusted certificate. The caller reads or
   * dumps the body of the answer.
   *
   * @throws ApiError for any status from 300 on except 304 (redirects are not followed), ConnectionError if
   * no answer came
   */
  async send(request: ApiRequest): Promise<ApiResponse> {
    const onWarning = request.onWarning ?? this.#options.onWarning
    const response = await this.#authenticated(request)
    // Reeve itself chooses to read every kind, so only writes of declared objects report warnings.
    if (onWarning && request.method !== 'GET' && response.headers.warning !== undefined)
      for (const warning of warningsIn(response.headers.warning)) onWarning(warning)
    if (response.statusCode >= 300 && response.statusCode !== 304)
      throw await this.#errorIn(response, request)
    return response
  }

  /** Reads an answer to its end. @throws ConnectionError if it breaks off, or takes too long */
  async readText(response: ApiResponse, request: ApiRequest): Promise<string> {
    const { answerMs } = this.#limits
    const tooSlow = () => giveUp(response, `the answer took longer than ${answerMs / 1000} s`)
    const timer = setTimeout(tooSlow, answerMs)
    try {
      return await response.body.text()
    } catch (error) {
      throw connectionErrorOf(error, request)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Breaks all connections; requests in flight or sent later end with an AbortError. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#options.authentication[Symbol.asyncDispose]()
  }

  async #authenticated(request: ApiRequest): Promise<ApiResponse> {
    const { authentication } = this.#options
    const access = await authentication.access()
    const first = await this.#exchange(request, access).catch(ifUntrusted)
    if (first !== undefined && first.statusCode !== 401) return first
    if (first) {
      const error = await this.#errorIn(first, request)
      if (!isUnauthenticated(error)) throw error
    }
    return this.#repeat(request, access)
  }

  /**
   * Credentials that have just expired may not be renewed yet, wherever they come from. Others may be accepted
   * meanwhile: an aggregated API answers 401 on its own.
   */
  async #repeat(request: ApiRequest, refused: Access): Promise<ApiResponse> {
    const { authentication } = this.#options
    const end = performance.now() + RENEWED_WITHIN_MS
    let access = await authentication.renew(refused)
    for (;;) {
      const response = await this.#exchange(request, access)
      if (response.statusCode !== 401) return response
      const error = await this.#errorIn(response, request)
      const isOver = !authentication.isRenewing || performance.now() >= end
      if (isOver || !isUnauthenticated(error)) throw error
      await sleep(REPEAT_AFTER_MS, undefined, { signal: request.signal })
      access = await authentication.renew(access)
    }
  }

  async #exchange(request: ApiRequest, access: Access): Promise<ApiResponse> {
    const start = performance.now()
    let code = 0
    try {
      const response = await access.dispatcher.request({
        origin: access.origin,
        path: access.basePath + request.path,
        method: request.method,
        headers: this.#headers(request, access),
        body: bodyOf(request),
        signal: request.signal ?? null,
        headersTimeout: this.#limits.headersMs,
        bodyTimeout: request.bodyTimeout ?? this.#limits.pauseMs,
      })
      code = response.statusCode
      this.#options.authentication.note(code !== 401)
      return response
    } catch (error) {
      if (this.#closed) throw new DOMException('the client is closed', 'AbortError')
      throw connectionErrorOf(error, request)
    } finally {
      this.#options.onExchange?.({
        method: request.method,
        code,
        seconds: (performance.now() - start) / 1000,
      })
    }
  }

  async #errorIn(response: ApiResponse, request: ApiRequest): Promise<ApiError> {
    const body = await this.readText(response, request)
    const retryAfter = response.headers['retry-after']
    const { secret, as } = request
    return apiErrorOf(response.statusCode, body, { retryAfter: [retryAfter].flat()[0], secret, as })
  }

  #headers(request: ApiRequest, access: Access): Record<string, string> {
    const headers: Record<string, string> = {
      ...access.headers,
      accept: request.accept ?? 'application/json',
      'user-agent': this.#options.userAgent,
    }
    if (request.contentType !== undefined) headers['content-type'] = request.contentType
    if (request.etag !== undefined) headers['if-none-match'] = request.etag
    if (request.as !== undefined) headers['impersonate-user'] = userOf(request.as)
    return headers
  }
}

function ifUntrusted(error: unknown): undefined {
  if (!isUntrusted(error)) throw error
}

function bodyOf({ body }: ApiRequest): string | null {
  return (typeof body === 'function' ? body() : body) ?? null
}

/** Breaks the connection of an answer that is given up: reading it fails. */
export function giveUp({ body }: ApiResponse, reason: string): void {
  body.destroy(new errors.BodyTimeoutError(reason))
}

/** Keeps aborts and ApiErrors; turns any other error into a ConnectionError. */
export function connectionErrorOf(error: unknown, request: ApiRequest): unknown {
  request.signal?.throwIfAborted()
  if (error instanceof ApiError || error instanceof ConnectionError) return error
  const path = request.path.split('?', 1)[0]
  return new ConnectionError(`${request.method} ${path}: ${connectionWords(error)}`, error)
}
