import { createHash } from 'node:crypto'
import type { RequestContext } from '@kubernetes/client-node'
import type { Dispatcher } from 'undici'
import { errorMessage } from '../../model/error-message.ts'
import { AuthenticationError } from './api-error.ts'
import type { CapturingKubeConfig } from './capturing-kube-config.ts'
import { makeDispatcher } from './dispatcher.ts'
import { badKubeConfig } from './load-kube-config.ts'

/** Address, headers and connections for requests. */
export interface Access {
  /** Scheme, host and port. */
  readonly origin: string
  /** Path of the API server below its origin, without a trailing slash; usually empty. */
  readonly basePath: string
  /** Headers for authorization and impersonation. */
  readonly headers: Readonly<Record<string, string>>
  readonly dispatcher: Dispatcher
}

/** Time before files and plugins are asked for headers and certificates again, in milliseconds. */
const FRESH_FOR = 30_000
/** Minimum time between renewals, in milliseconds: with wrong credentials every request gets a 401. */
const RENEWAL_PAUSE = 1_000
/** Time in which credentials that have expired are expected to be renewed, in milliseconds. */
export const RENEWED_WITHIN_MS = 2_000

/**
 * Authenticates to one cluster through the client library, and keeps the result for half a minute. One
 * dispatcher serves all requests while the TLS options stay the same; when they change (rotated certificates)
 * a new one replaces it, and the old one ends with its last request.
 */
export class Authentication implements AsyncDisposable {
  readonly #load: () => Promise<CapturingKubeConfig>
  #config: CapturingKubeConfig | undefined
  #access: Access | undefined
  #fingerprint = ''
  #freshUntil = 0
  #renewedAt = Number.NEGATIVE_INFINITY
  #pending: Promise<Access> | undefined
  /** Since when every request was refused; undefined while they are accepted. */
  #refusedSince: number | undefined

  constructor(load: () => Promise<CapturingKubeConfig>) {
    this.#load = load
  }

  /** @throws FaultError `bad-kubeconfig`, ConnectionError if a plugin or issuer fails */
  access(): Access | Promise<Access> {
    if (this.#access !== undefined && performance.now() < this.#freshUntil) return this.#access
    this.#pending ??= this.#authenticate().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  /** After a refusal, reads the whole configuration again: tokens, certificates and plugins. */
  renew(refused: Access): Access | Promise<Access> {
    const now = performance.now()
    if (this.#access === refused && now >= this.#renewedAt + RENEWAL_PAUSE) {
      this.#renewedAt = now
      this.#config = undefined
      this.#freshUntil = 0
    }
    return this.access()
  }

  /** Notes whether the server accepted the credentials of a request. */
  note(isAccepted: boolean): void {
    this.#refusedSince = isAccepted ? undefined : (this.#refusedSince ?? performance.now())
  }

  /** Whether credentials were refused so recently that they may have expired and be renewed soon. */
  get isRenewing(): boolean {
    return this.#refusedSince !== undefined && performance.now() < this.#refusedSince + RENEWED_WITHIN_MS
  }

  /** Breaks the connections; requests in flight fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#access?.dispatcher.destroy()
  }

  async #authenticate(): Promise<Access> {
    this.#config ??= await this.#load()
    const config = this.#config
    const { headers, socks } = await applied(config)
    const dispatcher = this.#dispatcherFor(config, socks)
    this.#access = { ...addressOf(config), headers, dispatcher }
    this.#freshUntil = performance.now() + FRESH_FOR
    return this.#access
  }

  #dispatcherFor(config: CapturingKubeConfig, socks: Dispatcher | undefined): Dispatcher {
    const options = config.dispatcherOptions
    const fingerprint = createHash('sha256')
      .update(JSON.stringify(options ?? null))
      .digest('hex')
    const current = this.#access?.dispatcher
    if (current !== undefined && fingerprint === this.#fingerprint) return current
    this.#fingerprint = fingerprint
    current?.close().catch(() => {}) // requests in flight on it report to their callers
    return socks ?? makeDispatcher(options)
  }
}

async function applied(config: CapturingKubeConfig) {
  const headers: Record<string, string> = {}
  let socks: Dispatcher | undefined
  const context = {
    setHeaderParam: (name: string, value: string) => {
      headers[name.toLowerCase()] = value.trim()
    },
    setDispatcher: (dispatcher: Dispatcher) => {
      socks = dispatcher
    },
  }
  try {
    await config.applySecurityAuthentication(context as unknown as RequestContext)
  } catch (error) {
    throw new AuthenticationError(errorMessage(error))
  }
  return { headers, socks }
}

function addressOf(config: CapturingKubeConfig): { origin: string; basePath: string } {
  const server = config.getCurrentCluster()?.server
  if (server === undefined) throw badKubeConfig('it has no current cluster')
  const { origin, pathname } = new URL(server)
  return { origin, basePath: pathname.replace(/\/+$/, '') }
}
