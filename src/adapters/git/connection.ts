import type { Agent } from 'undici'
import type { Budgets } from '../../model/budgets.ts'
import type { DownloadClaim } from '../../support/exchange/download-room.ts'
import { outboundAgent } from '../../support/exchange/outbound-agent.ts'
import type { Trust } from '../../support/exchange/trust.ts'
import { Advertisement, type ListedRef } from './advertisement.ts'
import { secretsOf } from './credentials.ts'
import type { ForeignRemote } from './foreign-remote.ts'
import type { GitLimits } from './git-limits.ts'
import { type HttpOptions, httpClient, type OnSilence } from './http-client.ts'
import type { PlainRemote } from './remote.ts'

/** Settings of one operation. */
export interface OperationOptions {
  readonly signal?: AbortSignal | undefined
  /** Maximum size of the answer to a fetch, in bytes; at most that of the budgets. */
  readonly maxBytes?: number | undefined
  /** Counts the answer to a fetch. */
  readonly claim?: DownloadClaim | undefined
  /** A ref that the remote listed a moment ago: the list that had it suffices. */
  readonly listed?: ListedRef | undefined
  /** Maximum wait for other fetches and pushes, in milliseconds; then git-unreachable. */
  readonly turnWithinMs?: number | undefined
}

/** The connection of one operation to the remote. */
export interface Connection {
  readonly url: string
  readonly http: ReturnType<typeof httpClient>
  /** The version of Git's protocol that lists refs at the least cost. */
  readonly listVersion: 1 | 2
  readonly signal: AbortSignal
  /** Texts that no message may contain. */
  readonly secrets: () => Promise<readonly string[]>
}

export interface ConnectionsOptions {
  readonly limits: GitLimits
  readonly onSilence: OnSilence
  readonly trust?: Trust | undefined
  readonly foreign?: ForeignRemote | undefined
  readonly budgets: Budgets
}

/** The kept-alive connections to one remote, by way of the environment's proxies. */
export class Connections implements AsyncDisposable {
  readonly #base: HttpOptions
  readonly #closed = new AbortController()
  readonly #dispatcher: Agent

  /** @throws FaultError bad-proxy */
  constructor(remote: PlainRemote, { limits, onSilence, trust, foreign, budgets }: ConnectionsOptions) {
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
    const http = httpClient({ ...this.#base, budgets: this.#budgets(maxBytes), listed, claim, signal: ended })
    const listVersion = this.#base.advertisement.isLong ? 2 : 1
    return { url: this.url, http, listVersion, signal: ended, secrets: () => this.#secrets() }
  }

  #budgets(maxBytes = Number.POSITIVE_INFINITY): Budgets {
    const { budgets } = this.#base
    return { ...budgets, gitAnswer: Math.min(maxBytes, budgets.gitAnswer) }
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
