import { createHash } from 'node:crypto'
import type { RequestContext } from '@kubernetes/client-node'
import type { Dispatcher } from 'undici'
import { ConnectionError } from './api-error.ts'
import type { CapturingKubeConfig } from './capturing-kube-config.ts'
import { makeDispatcher } from './dispatcher.ts'
import { badKubeConfig } from './load-kube-config.ts'

/** What it takes to send a request. */
export interface Access {
  /** Scheme, host and port. */
  readonly origin: string
  /** Path of the API server below its origin, without a trailing slash; mostly empty. */
  readonly basePath: string
  /** Authorization and impersonation. */
  readonly headers: Readonly<Record<string, string>>
  readonly dispatcher: Dispatcher
}

/** How long headers and certificates are used before their files or plugins are asked again. */
const FRESH_FOR = 30_000
/** With credentials that are simply wrong, 401 comes for every request: don't reload at each. */
const RENEWAL_PAUSE = 1_000

/**
 * The authentication of one cluster, by the library's own means, kept for half a minute at a time.
 * There is one dispatcher as long as the TLS options stay the same; when they change (rotated
 * certificates) a new one is made, and the old one ends with its last request.
 */
export class Authentication implements AsyncDisposable {
  readonly #load: () => Promise<CapturingKubeConfig>
  #config: CapturingKubeConfig | undefined
  #access: Access | undefined
  #fingerprint = ''
  #freshUntil = 0
  #renewedAt = Number.NEGATIVE_INFINITY
  #pending: Promise<Access> | undefined

  constructor(load: () => Promise<CapturingKubeConfig>) {
    this.#load = load
  }

  /** @throws FaultError `bad-kubeconfig`, ConnectionError where a plugin or issuer fails */
  access(): Access | Promise<Access> {
    if (this.#access !== undefined && performance.now() < this.#freshUntil) return this.#access
    this.#pending ??= this.#authenticate().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  /** After a refusal: reads the whole configuration again, tokens, certificates and plugins included. */
  renew(refused: Access): Access | Promise<Access> {
    const now = performance.now()
    if (this.#access === refused && now >= this.#renewedAt + RENEWAL_PAUSE) {
      this.#renewedAt = now
      this.#config = undefined
      this.#freshUntil = 0
    }
    return this.access()
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
    current?.close().catch(() => {}) // what is under way on it tells its own caller
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
    throw new ConnectionError(`authentication failed: ${messageOf(error)}`, undefined)
  }
  return { headers, socks }
}

function addressOf(config: CapturingKubeConfig): { origin: string; basePath: string } {
  const server = config.getCurrentCluster()?.server
  if (server === undefined) throw badKubeConfig('it has no current cluster')
  const { origin, pathname } = new URL(server)
  return { origin, basePath: pathname.replace(/\/+$/, '') }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
