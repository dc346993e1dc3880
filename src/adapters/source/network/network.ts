import { type Agent, request } from 'undici'
import { FaultError } from '../../../model/fault.ts'
import { pause } from '../../../support/concurrency/pause.ts'
import { ByteCollector } from '../../../support/exchange/byte-collector.ts'
import { connectionWords } from '../../../support/exchange/connection-words.ts'
import { type DownloadClaim, type DownloadRoom, NoRoom } from '../../../support/exchange/download-room.ts'
import { type ConnectGuard, outboundAgent } from '../../../support/exchange/outbound-agent.ts'
import { type Pace, startPace } from '../../../support/exchange/pace.ts'
import { TooSlow } from '../../../support/exchange/too-slow.ts'
import type { Trust } from '../../../support/exchange/trust.ts'
import type { CheckUrl } from '../permits.ts'
import { sourceFault } from '../source-fault.ts'
import type { NetworkLimits } from './limits.ts'
import { type SafeUrlOptions, safeUrl } from './safe-url.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 5
/** Maximum connections to one server. More than the fetches that take turns, because some may hang. */
const MOST_CONNECTIONS = 32

/** One GET request. */
export interface Question extends SafeUrlOptions {
  readonly url: string
  /** Checks the URL, and each one that it redirects to. @throws FaultError */
  readonly check: CheckUrl
  /** Sent to the URL's own origin only, until a redirect leads to another one. */
  readonly headers?: Readonly<Record<string, string>>
  /** Maximum size of the answer, in bytes; a longer one is a fault. */
  readonly maxBytes: number
  /** Of a longer answer. By default template-unavailable. */
  readonly tooLarge?: 'template-unavailable' | 'template-too-large' | 'chart-index-too-large'
  /** The answer is short: it has less time, and no minimum rate. */
  readonly isShort?: boolean
  /** Of the room for downloads, where it is held until the answer is used; by default until it is read. */
  readonly claim?: DownloadClaim | undefined
}

export interface Answer {
  /** URL after redirects. */
  readonly url: string
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
}

/** Whom the network trusts, CAs and addresses, and the room for all of its downloads. */
export interface NetworkOptions {
  readonly room: DownloadRoom
  readonly trust?: Trust | undefined
  readonly guard?: ConnectGuard | undefined
}

/** Kept-alive connections to the sources of templates, by way of the environment's proxies. */
export class Network implements AsyncDisposable {
  readonly limits: NetworkLimits
  readonly room: DownloadRoom
  readonly #closed = new AbortController()
  readonly #dispatcher: Agent
  readonly #onRetry: () => void

  /**
   * @param onRetry called at each retry
   * @throws FaultError bad-proxy
   */
  constructor(limits: NetworkLimits, onRetry: () => void, { trust, guard, room }: NetworkOptions) {
    this.room = room
    this.limits = limits
    this.#onRetry = onRetry
    const { firstByteMs: connectMs } = limits
    this.#dispatcher = outboundAgent({ connectMs, connections: MOST_CONNECTIONS, trust, guard })
  }

  /** Aborted when the network is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /**
   * Sends a request, follows redirects, and retries without an answer or after a 429 or 5xx. Returns any
   * other answer as it is.
   * @throws FaultError template-unavailable
   */
  async get(question: Question): Promise<Answer> {
    const { tries, pauseMs, againAtLatestMs } = this.limits
    const pace = { firstMs: pauseMs, longestMs: againAtLatestMs }
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#follow(question)
      const fault = answer instanceof Error ? answer : busy(answer)
      if (!(answer instanceof Error) && fault === undefined) return answer
      if (fault && (attempt >= tries || this.#closed.signal.aborted)) throw fault
      await pause(attempt, pace, this.#closed.signal)
      this.#onRetry()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await this.#dispatcher.destroy()
  }

  /** @returns an error for a transient failure @throws FaultError for a permanent one */
  async #follow(question: Question): Promise<Answer | FaultError> {
    let url = safeUrl(question.url, question)
    const { origin } = url
    let headers = question.headers
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      question.check(url)
      const answer = await this.#exchange(url, headers, question)
      if (answer instanceof Error) return answer
      const { location } = answer.headers
      if (!REDIRECTS.has(answer.status) || typeof location !== 'string') return answer
      url = safeUrl(location, { from: url.href, pinned: question.pinned })
      if (url.origin !== origin) headers = {}
    }
    throw sourceFault(
      'template-unavailable',
      `${plain(safeUrl(question.url, question))}: more than ${MOST_REDIRECTS} redirects`,
    )
  }

  async #exchange(
    url: URL,
    headers: Question['headers'],
    { maxBytes, tooLarge = 'template-unavailable', isShort = false, claim: held }: Question,
  ): Promise<Answer | FaultError> {
    const pace = this.#pace(isShort)
    const claim = held ?? this.room.claim()
    claim.begin()
    try {
      const {
        statusCode,
        headers: said,
        body,
      } = await request(url, {
        dispatcher: this.#dispatcher,
        headers: { 'user-agent': 'reeve', ...headers },
        headersTimeout: this.limits.firstByteMs,
        bodyTimeout: 0,
        signal: AbortSignal.any([pace.tooSlow, this.#closed.signal, claim.signal]),
      })
      const bytes = await readAtMost(body, maxBytes, { pace, claim })
      if (bytes) return { url: url.href, status: statusCode, headers: said, bytes }
    } catch (error) {
      if (error instanceof FaultError) throw error
      const fault = sourceFault('template-unavailable', `${plain(url)}: ${connectionWords(error)}`, error)
      if (isPointless(error)) throw fault
      return fault
    } finally {
      pace.end()
      if (held === undefined) claim[Symbol.dispose]()
    }
    throw sourceFault(tooLarge, `${plain(url)}: more than ${sizeText(maxBytes)}`)
  }

  #pace(isShort: boolean): Pace {
    const { silenceMs, totalMs, shortMs, rate } = this.limits
    return startPace(
      isShort ? { silenceMs, totalMs: Math.min(shortMs, totalMs) } : { silenceMs, totalMs, rate },
    )
  }
}

/** Whether an immediate retry is pointless: an exchange took very long, or others take the memory. */
function isPointless(error: unknown): boolean {
  return error instanceof NoRoom || (error instanceof TooSlow && error.bound !== 'silence')
}

/** Reads a body; undefined if it exceeds `maxBytes`. */
async function readAtMost(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  { pace, claim }: { readonly pace: Pace; readonly claim: DownloadClaim },
): Promise<Buffer | undefined> {
  const answer = new ByteCollector()
  pace.moved(0)
  pace.flows(true)
  for await (const chunk of body) {
    pace.moved(chunk.length)
    claim.take(chunk.length)
    answer.add(chunk)
    if (answer.size > maxBytes) return undefined
  }
  return answer.bytes()
}

function busy({ url, status }: Answer): FaultError | undefined {
  if (status !== 429 && status < 500) return undefined
  return sourceFault('template-unavailable', `${plain(new URL(url))}: HTTP status ${status}`)
}

/** Drops the query, which may hold a signature for one request. */
function plain({ origin, pathname }: URL): string {
  return origin + pathname
}

function sizeText(bytes: number): string {
  return bytes < 1 << 20 ? `${bytes} bytes` : `${Math.round(bytes / (1 << 20))} MiB`
}
