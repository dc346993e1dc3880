/** Initial limit. Only refusals lower the limit further, never latency. */
const FIRST = 16
const MOST = 128
/** Minimum number of answers in a sample of the latency. */
const WINDOW = 8
/** Below this ratio of the median latency to the least one, the server can take more. */
const ROOMY = 3
/** Above this ratio, most requests in flight only wait at the server. */
const CROWDED = 6
/** Time after a refusal during which the limit stays below the refused one, in milliseconds. */
const BURNT = 10_000
/** Growth of the measured least latency per second, as a fraction: old measurements expire gradually. */
const AGING = 0.01

/** Start and end of one request, in milliseconds of any clock. */
export interface Interval {
  readonly start: number
  readonly end: number
}

/**
 * The number of requests that a server may have in flight, so that it is always busy but has no long queue: a
 * refusal halves the limit as a lost packet does (RFC 5681), and the latency moves it step by step as in TCP
 * Vegas (Brakmo and Peterson, 1995). Answers that take `r` times the least latency mean that all but one in
 * `r` requests only wait (Little's law); above the initial limit `r` is kept between 3 and 6. The median
 * counts: a few requests that hang in a webhook say nothing about the server.
 */
export class AdaptiveLimit {
  #limit = FIRST
  #least = Number.POSITIVE_INFINITY
  #leastAt = 0
  #latencies: number[] = []
  /** Least latency since the limit was last evaluated. */
  #shortest = Number.POSITIVE_INFINITY
  #cutAt = Number.NEGATIVE_INFINITY
  /** One below the limit at the last refusal. */
  #safe = MOST

  get limit(): number {
    return this.#limit
  }

  /** @param isFull whether the requests in flight filled the limit; otherwise the limit was not tested */
  answered({ start, end }: Interval, isFull: boolean): void {
    this.#latencies.push(end - start)
    this.#shortest = Math.min(this.#shortest, end - start)
    if (this.#latencies.length >= Math.max(WINDOW, this.#limit)) this.#look(end, isFull)
  }

  /** The server refused a request for overload. Requests sent before the last cut say nothing new. */
  refused({ start, end }: Interval): void {
    if (start <= this.#cutAt) return
    this.#cutAt = end
    this.#safe = Math.max(1, this.#limit - 1)
    this.#limit = Math.max(1, Math.floor(this.#limit / 2))
    this.#reset()
  }

  #look(now: number, isFull: boolean): void {
    const aged = this.#least * (1 + AGING * ((now - this.#leastAt) / 1000))
    this.#least = Math.min(aged, this.#shortest)
    this.#leastAt = now
    const stretch = median(this.#latencies) / this.#least
    const most = now - this.#cutAt < BURNT ? this.#safe : MOST
    if (isFull && (stretch < ROOMY || this.#limit < FIRST)) this.#limit = Math.min(most, this.#limit + 1)
    else if (stretch > CROWDED && this.#limit > FIRST) this.#limit--
    this.#reset()
  }

  #reset(): void {
    this.#latencies = []
    this.#shortest = Number.POSITIVE_INFINITY
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
