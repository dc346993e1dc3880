import { AdaptiveLimit, type Interval } from './adaptive-limit.ts'
import { ApiError } from './api-error.ts'

/** No server is left alone for longer than this, whatever it asks for, in milliseconds. */
const LONGEST_PAUSE = 30_000

/**
 * Lets as many requests run at once as the server takes; the others wait in the order in which they
 * came. When the server refuses one because it has too much to do, nobody asks it until the time
 * that it names is over.
 */
export class Limiter {
  readonly #adaptive = new AdaptiveLimit()
  readonly #fixed: number | undefined
  readonly #waiting = new Set<() => void>()
  #running = 0
  #openAt = 0
  #timer: NodeJS.Timeout | undefined

  /** @param fixed how many run at once, where that is not to be found out */
  constructor(fixed?: number) {
    this.#fixed = fixed
  }

  /** How many may run at once now. */
  get limit(): number {
    return this.#fixed ?? this.#adaptive.limit
  }

  /** @throws what the task throws; the signal's reason where it is aborted before the task begins */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    if (this.#hasRoom()) this.#running++
    else await this.#turn(signal)
    const isFull = this.#running >= this.limit
    const start = performance.now()
    try {
      const result = await task()
      this.#adaptive.answered({ start, end: performance.now() }, isFull)
      return result
    } catch (error) {
      this.#learn(error, { start, end: performance.now() }, isFull)
      throw error
    } finally {
      this.#running--
      this.#admit()
    }
  }

  /** Lets everybody who waits for the server's sake go on. */
  open(): void {
    clearTimeout(this.#timer)
    this.#openAt = 0
    this.#admit()
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#waiting.delete(enter)
        reject(signal?.reason)
      }
      this.#waiting.add(enter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  #hasRoom(): boolean {
    return this.#running < this.limit && performance.now() >= this.#openAt
  }

  /** Hands free places to whoever waits longest. */
  #admit(): void {
    for (const enter of this.#waiting) {
      if (!this.#hasRoom()) return
      this.#waiting.delete(enter)
      this.#running++
      enter()
    }
  }

  #learn(error: unknown, interval: Interval, isFull: boolean): void {
    if (!(error instanceof ApiError)) return
    if (isOverload(error)) {
      this.#adaptive.refused(interval)
      this.#pause(1000 * (error.retryAfterSeconds ?? 0))
    } else this.#adaptive.answered(interval, isFull)
  }

  #pause(asked: number): void {
    const until = performance.now() + Math.min(asked, LONGEST_PAUSE)
    if (until <= this.#openAt) return
    this.#openAt = until
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.open(), Math.max(0, until - performance.now()))
  }
}

/** A 503 that names no time is another server's behind this one (an aggregated API), or one that starts. */
function isOverload({ code, retryAfterSeconds }: ApiError): boolean {
  return code === 429 || code === 504 || (code === 503 && retryAfterSeconds !== undefined)
}
