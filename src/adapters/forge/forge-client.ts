import { LRUCache } from 'lru-cache'
import type { Agent } from 'undici'
import { type FaultError, isFault } from '../../model/fault.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import { Limit } from '../../support/concurrency/limit.ts'
import { pause, wait } from '../../support/concurrency/pause.ts'
import { outboundAgent } from '../../support/exchange/outbound-agent.ts'
import type { Trust } from '../../support/exchange/trust.ts'
import { exchange, LargeAnswer } from './exchange.ts'
import { forgeFault, requestText } from './forge-fault.ts'
import { FORGE_LIMITS, type ForgeLimits } from './forge-limits.ts'
import type { ForgeAnswer, ForgeRequest } from './forge-request.ts'
import {
  earliestTime,
  FULL_BUDGET,
  isRateLimited,
  type RateBudget,
  withAnswer,
  withWrite,
} from './rate-budget.ts'

/** Maximum requests at once, of the 100 that GitHub allows: each answer may be large. */
const AT_ONCE = 4
const MOST_REDIRECTS = 3
/** Maximum size of all answers that are kept for conditional requests, in characters. */
const KEPT = 4 << 20
const LARGEST_KEPT = 1 << 20
/** Maximum times that a forge refuses one request for its rate before it is given up. */
const MOST_REFUSALS = 3

export interface ForgeClientOptions {
  readonly trust?: Trust | undefined
  readonly limits?: Partial<ForgeLimits> | undefined
}

/** Kept-alive connections to one forge, by way of the environment's proxies, and what it still accepts. */
export class ForgeClient implements AsyncDisposable {
  readonly #limits: ForgeLimits
  readonly #closed = new AbortController()
  readonly #dispatcher: Agent
  readonly #limit = new Limit({ atOnce: AT_ONCE })
  /** Answers that had an ETag, by the request. */
  readonly #kept = new LRUCache<string, ForgeAnswer>({
    maxSize: KEPT,
    maxEntrySize: LARGEST_KEPT,
    sizeCalculation: ({ text }, key) => text.length + key.length + 1_000,
  })
  #budget: RateBudget = FULL_BUDGET

  /** @throws FaultError bad-proxy */
  constructor({ trust, limits }: ForgeClientOptions = {}) {
    this.#limits = { ...FORGE_LIMITS, ...limits }
    const { connectMs } = this.#limits
    this.#dispatcher = outboundAgent({ connectMs, connections: AT_ONCE, trust })
  }

  /**
   * Sends a request when the forge accepts it, and again where it refused it for its rate. Requests that read are
   * conditional where an earlier answer had an ETag, and retried without an answer or after a 5xx. Returns an
   * answer of any status.
   * @throws FaultError forge-unreachable, forge-limited, forge-rejected
   */
  async send(request: ForgeRequest): Promise<ForgeAnswer> {
    for (let refusals = 1; ; refusals += 1) {
      const answer = await this.#tried(request)
      if (!isRateLimited(answer)) return answer
      if (refusals >= MOST_REFUSALS) throw this.#limited(request, this.#waitMs(request))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await this.#dispatcher.destroy()
  }

  async #tried(request: ForgeRequest): Promise<ForgeAnswer> {
    const { tries, pauseMs } = this.#limits
    const most = request.method === 'GET' ? tries : 1
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#once(request).catch((error: unknown) => {
        if (attempt >= most || !isTransient(error) || this.#isOver(request)) throw error
        return undefined
      })
      if (answer && (answer.status < 500 || attempt >= most)) return answer
      await pause(attempt, { firstMs: pauseMs, longestMs: 8 * pauseMs }, request.signal)
    }
  }

  #isOver({ signal }: ForgeRequest): boolean {
    return this.#closed.signal.aborted || signal?.aborted === true
  }

  async #once(request: ForgeRequest): Promise<ForgeAnswer> {
    if (request.method !== 'GET') await this.#turnToWrite(request)
    return this.#limit.run(() => this.#whenOpen(request), request.signal)
  }

  /** Waits until the forge accepts a write, as far as this process knows. */
  async #turnToWrite(request: ForgeRequest): Promise<void> {
    const waitMs = this.#waitMs(request)
    if (waitMs > this.#limits.longestWaitMs) throw this.#limited(request, waitMs)
    this.#budget = withWrite(this.#budget, performance.now() + waitMs)
    await this.#wait(waitMs, request)
  }

  /** Asks once the forge accepts any request, which may have changed since this one began to wait for its turn. */
  async #whenOpen(request: ForgeRequest): Promise<ForgeAnswer> {
    let waitedMs = 0
    for (let waitMs = this.#closedMs(); waitMs > 0; waitMs = this.#closedMs()) {
      waitedMs += waitMs
      if (waitedMs > this.#limits.longestWaitMs) throw this.#limited(request, waitMs)
      await this.#wait(waitMs, request)
    }
    const key = keyOf(request)
    const kept = key === undefined ? undefined : this.#kept.get(key)
    const etag = kept?.headers.etag
    const headers = { ...request.headers, ...(etag !== undefined && { 'if-none-match': etag }) }
    const answer = await this.#follow({ ...request, headers })
    this.#budget = withAnswer(this.#budget, answer, performance.now())
    if (kept && answer.status === 304) return { ...kept, headers: { ...kept.headers, ...answer.headers } }
    if (key !== undefined && answer.status === 200 && answer.headers.etag) this.#kept.set(key, answer)
    return answer
  }

  async #wait(ms: number, { signal }: ForgeRequest): Promise<void> {
    if (ms > 0) await wait(ms, signal ? AbortSignal.any([this.#closed.signal, signal]) : this.#closed.signal)
    signal?.throwIfAborted()
  }

  /** Time for which the forge accepts nothing; 0 once the client is closed, when no request gets that far. */
  #closedMs(): number {
    const now = performance.now()
    return this.#closed.signal.aborted ? 0 : earliestTime(this.#budget, false, now) - now
  }

  #waitMs({ method }: ForgeRequest): number {
    const now = performance.now()
    return earliestTime(this.#budget, method !== 'GET', now) - now
  }

  #limited(request: ForgeRequest, waitMs: number): FaultError {
    const until = rfc3339(Date.now() + waitMs)
    return forgeFault('forge-limited', `${requestText(request)}: none before ${until}`)
  }

  /** Follows redirects within the forge's own origin: to another one, credentials would leak. */
  async #follow(request: ForgeRequest): Promise<ForgeAnswer> {
    let url = request.url
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const answer = await exchange(
        { ...request, url },
        { dispatcher: this.#dispatcher, limits: this.#limits, closed: this.#closed.signal },
      )
      const next = redirectOf(request, url, answer)
      if (next === undefined) return answer
      url = next
    }
    throw forgeFault('forge-rejected', `${requestText(request)}: more than ${MOST_REDIRECTS} redirects`)
  }
}

/** What a request asks for, whoever asks: 304 is the forge's word for these credentials. Undefined for one that writes. */
function keyOf({ method, url, headers }: ForgeRequest): string | undefined {
  return method === 'GET' ? JSON.stringify([url, headers?.accept]) : undefined
}

function redirectOf(request: ForgeRequest, from: string, answer: ForgeAnswer): string | undefined {
  const { location } = answer.headers
  const statuses = request.method === 'GET' ? [301, 302, 307, 308] : [307, 308]
  if (!statuses.includes(answer.status) || location === undefined) return undefined
  const next = URL.parse(location, from)
  if (next && next.origin === new URL(from).origin) return next.href
  throw forgeFault('forge-rejected', `${requestText(request)}: redirected to another server, ${next?.origin}`)
}

function isTransient(error: unknown): boolean {
  return !(error instanceof LargeAnswer) && isFault(error, 'forge-unreachable')
}
