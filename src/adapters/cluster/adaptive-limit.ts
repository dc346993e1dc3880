/** As many requests at first; fewer only where the server refuses some, however long it takes. */
const FIRST = 16
const MOST = 128
/** So few answers say nothing of the latency. */
const WINDOW = 8
/** Where answers take less than so many times as long as they could, the server may take more. */
const ROOMY = 3
/** Where they take longer than this, most of what is in flight only waits at the server. */
const CROWDED = 6
/** For so long, in milliseconds, nobody tries again what the server has refused. */
const BURNT = 10_000
/** The latency that answers could have was measured a while ago: it counts for so much more each second. */
const AGING = 0.01

/** One request's time, in milliseconds of any clock. */
export interface Interval {
  readonly start: number
  readonly end: number
}

/**
 * How many requests a server may have in flight, so that it always has something to do but no long
 * queue: a refusal halves the limit as a lost packet does (RFC 5681), and the latency moves it step by
 * step as in TCP Vegas (Brakmo and Peterson, 1995). Answers that take `r` times as long as they could
 * mean that all but one in `r` requests only wait (Little's law); above the first limit `r` is kept
 * between 3 and 6. The median counts: a few requests that hang in a webhook say nothing of the server.
 */
export class AdaptiveLimit {
  #limit = FIRST
  #least = Number.POSITIVE_INFINITY
  #leastAt = 0
  #latencies: number[] = []
  /** The least latency among the answers since the limit was looked at. */
  #shortest = Number.POSITIVE_INFINITY
  #cutAt = Number.NEGATIVE_INFINITY
  /** As many as were not refused. */
  #safe = MOST

  get limit(): number {
    return this.#limit
  }

  /** @param isFull whether as many were in flight as the limit lets; else it is not put to the test */
  answered({ start, end }: Interval, isFull: boolean): void {
    this.#latencies.push(end - start)
    this.#shortest = Math.min(this.#shortest, end - start)
    if (this.#latencies.length >= Math.max(WINDOW, this.#limit)) this.#look(end, isFull)
  }

  /** The server has too much to do. What was sent before the limit was last cut says nothing new. */
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
