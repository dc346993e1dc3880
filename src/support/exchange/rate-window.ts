/** The least average rate of a transfer. */
export interface LeastRate {
  /** 0: none. */
  readonly bytesPerSecond: number
  /** At the beginning, in milliseconds, which does not count. */
  readonly graceMs: number
  /** What the average is of, in milliseconds. */
  readonly windowMs: number
}

/** So many samples make a window. */
const SAMPLES = 12

/** The average rate of a transfer over a window that slides along with it. */
export class RateWindow {
  readonly #windowMs: number
  readonly #judgedFrom: number
  /** The oldest one is the window's beginning, as soon as it is old enough. */
  readonly #samples: { readonly time: number; readonly bytes: number }[] = []

  /** @param now in milliseconds, as all times here @param bytes that were transferred until then */
  constructor({ graceMs, windowMs }: LeastRate, now: number, bytes: number) {
    this.#windowMs = windowMs
    this.#judgedFrom = now + graceMs + windowMs
    this.#samples.push({ time: now, bytes })
  }

  /** How long until another sample is worth taking. */
  get sampleEveryMs(): number {
    return this.#windowMs / SAMPLES
  }

  /**
   * Takes a sample.
   * @param bytes transferred so far
   * @returns bytes per second over the last window; undefined where it is too early to tell
   */
  sample(now: number, bytes: number): number | undefined {
    this.#samples.push({ time: now, bytes })
    while ((this.#samples[1]?.time ?? now) <= now - this.#windowMs) this.#samples.shift()
    const [first] = this.#samples
    if (first === undefined || now < this.#judgedFrom) return undefined
    return ((bytes - first.bytes) / (now - first.time)) * 1000
  }
}
