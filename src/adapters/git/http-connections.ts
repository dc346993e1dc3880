import type { Agent } from 'undici'
import type { Budgets } from '../../model/budgets.ts'
import { outboundAgent } from '../../support/exchange/outbound-agent.ts'
import type { Trust } from '../../support/exchange/trust.ts'
import { Advertisement } from './advertisement.ts'
import type { PaceSettings } from './answer-pace.ts'
import { budgetsWithin, type Connection, type Connections, type OperationOptions } from './connection.ts'
import { secretsOf } from './credentials.ts'
import type { ForeignRemote } from './foreign-remote.ts'
import { type HttpOptions, httpClient } from './http-client.ts'
import type { HttpRemote } from './remote.ts'

export interface HttpConnectionsOptions extends PaceSettings {
  readonly trust?: Trust | undefined
  readonly foreign?: ForeignRemote | undefined
  readonly budgets: Budgets
}

/** The kept-alive connections to one remote, by way of the environment's proxies. */
export class HttpConnections implements Connections {
  readonly #base: HttpOptions
  readonly #closed = new AbortController()
  readonly #dispatcher: Agent

  /** @throws FaultError bad-proxy */
  constructor(remote: HttpRemote, { limits, onSilence, trust, foreign, budgets }: HttpConnectionsOptions) {
    this.#dispatcher = outboundAgent({
      connectMs: limits.silenceMs,
      connections: 4,
      trust,
      guard: foreign?.guard,
    })
    this.#base = {
      remote,
      limits,
      onSilence,
      foreign,
      dispatcher: this.#dispatcher,
      budgets,
      advertisement: new Advertisement(),
    }
  }

  get url(): string {
    return this.#base.remote.url
  }

  /** Opens a connection for one operation, until the connections close or the caller's signal aborts. */
  open({ signal, listed, maxBytes, claim }: OperationOptions = {}): Connection {
    const signals = signal ? [signal, this.#closed.signal] : [this.#closed.signal]
    const ended = AbortSignal.any(signals)
    const budgets = budgetsWithin(this.#base.budgets, maxBytes)
    const http = httpClient({ ...this.#base, budgets, listed, claim, signal: ended })
    const listVersion = this.#base.advertisement.isLong ? 2 : 1
    return {
      url: this.url,
      requestUrl: this.url,
      http,
      listVersion,
      signal: ended,
      secrets: () => this.#secrets(),
      settle: () => {},
    }
  }

  async #secrets(): Promise<string[]> {
    const credentials = await this.#base.remote.credentials()
    return credentials ? secretsOf(credentials) : []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await this.#dispatcher.destroy()
  }
}
