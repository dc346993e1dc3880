/** The minimum average rate of a transfer. */
export interface LeastRate {
  /** 0: none. */
  readonly bytesPerSecond: number
  /** Initial period that does not count, in milliseconds. */
  readonly graceMs: number
  /** Period of the average, in milliseconds. */
  readonly windowMs: number
}

/** Number of samples in a window. */
const SAMPLES = 12

/** The average rate of a transfer over a sliding window. */
export class RateWindow {
  readonly #windowMs: number
  readonly #judgedFrom: number
  /** The oldest sample is the window's beginning, as soon as it is old enough. */
  readonly #samples: { readonly time: number; readonly bytes: number }[] = []

  /** @param now in milliseconds, like all times here @param bytes transferred until then */
  constructor({ graceMs, windowMs }: LeastRate, now: number, bytes: number) {
    this.#windowMs = windowMs
    this.#judgedFrom = now + graceMs + windowMs
    this.#samples.push({ time: now, bytes })
  }

  /** Interval between samples, in milliseconds. */
  get sampleEveryMs(): number {
    return this.#windowMs / SAMPLES
  }

  /**
   * Takes a sample.
   * @param bytes transferred so far
   * @returns bytes per second over the last window; undefined if it is too early to tell
   */
  sample(now: number, bytes: number): number | undefined {
    this.#samples.push({ time: now, bytes })
    while ((this.#samples[1]?.time ?? now) <= now - this.#windowMs) this.#samples.shift()
    const [first] = this.#samples
    if (first === undefined || now < this.#judgedFrom) return undefined
    return ((bytes - first.bytes) / (now - first.time)) * 1000
  }
}
