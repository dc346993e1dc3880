import { type Agent, request } from 'undici'
import { ByteCollector } from '../../support/exchange/byte-collector.ts'
import { connectionWords } from '../../support/exchange/connection-words.ts'
import { outboundAgent } from '../../support/exchange/outbound-agent.ts'
import { startPace } from '../../support/exchange/pace.ts'
import type { Trust } from '../../support/exchange/trust.ts'

/** Limits of one question. */
export interface ProbeLimits {
  /** Maximum time until all of the answer is there, redirects included, in milliseconds. */
  readonly totalMs: number
  /** Maximum size of the answer, in bytes. */
  readonly answerBytes: number
}

const LIMITS: ProbeLimits = { totalMs: 10_000, answerBytes: 1 << 20 }
/** Maximum number of connections to one server. */
const MOST_CONNECTIONS = 8
const MOST_REDIRECTS = 3
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export interface ProbeOptions {
  readonly trust?: Trust | undefined
  readonly limits?: Partial<ProbeLimits>
}

export interface ProbeAnswer {
  readonly status: number
  readonly text: string
}

/** No answer came within the limits. Its words may quote the server. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Asks servers that Git names, without credentials, by way of the environment's proxies. */
export class Probe implements AsyncDisposable {
  readonly #limits: ProbeLimits
  readonly #closed = new AbortController()
  readonly #dispatcher: Agent

  /** @throws FaultError bad-proxy */
  constructor({ trust, limits }: ProbeOptions = {}) {
    this.#limits = { ...LIMITS, ...limits }
    this.#dispatcher = outboundAgent({
      connectMs: this.#limits.totalMs,
      connections: MOST_CONNECTIONS,
      trust,
    })
  }

  /**
   * The answer to a GET, of any status. Redirects are followed on the same server alone.
   * @param isFinal whether an answer of this status is not followed, although it is a redirect
   * @throws NoAnswer
   */
  async get(url: URL, isFinal: (status: number) => boolean = () => false): Promise<ProbeAnswer> {
    const { totalMs } = this.#limits
    const pace = startPace({ silenceMs: Number.POSITIVE_INFINITY, totalMs })
    const signal = AbortSignal.any([pace.tooSlow, this.#closed.signal])
    try {
      return await this.#follow(url, isFinal, signal)
    } finally {
      pace.end()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await this.#dispatcher.destroy()
  }

  async #follow(first: URL, isFinal: (status: number) => boolean, signal: AbortSignal): Promise<ProbeAnswer> {
    let url = first
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const { location, ...answer } = await this.#exchange(url, signal)
      if (location === undefined || isFinal(answer.status)) return answer
      url = onSameServer(location, url)
    }
    throw new NoAnswer(`more than ${MOST_REDIRECTS} redirects`)
  }

  async #exchange(
    url: URL,
    signal: AbortSignal,
  ): Promise<ProbeAnswer & { readonly location: string | undefined }> {
    const { answerBytes } = this.#limits
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: this.#dispatcher,
        headers: { 'user-agent': 'reeve', 'accept-encoding': 'identity' },
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      const answer = new ByteCollector()
      for await (const chunk of body) {
        answer.add(chunk)
        if (answer.size > answerBytes) throw new NoAnswer(`the answer has more than ${answerBytes} bytes`)
      }
      const { location } = headers
      return {
        status: statusCode,
        text: answer.bytes().toString('utf8'),
        location: REDIRECTS.has(statusCode) && typeof location === 'string' ? location : undefined,
      }
    } catch (error) {
      if (error instanceof NoAnswer) throw error
      throw new NoAnswer(connectionWords(error), { cause: error })
    }
  }
}

/** @throws NoAnswer where it leads to another server */
function onSameServer(location: string, from: URL): URL {
  const next = URL.parse(location, from.href)
  if (next?.origin === from.origin) return next
  throw new NoAnswer(`redirected to another server${next ? `, ${next.origin}` : ''}`)
}
