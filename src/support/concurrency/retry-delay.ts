/** How the waits between retries grow, in milliseconds. */
export interface Pace {
  /** Delay after the first failure. */
  readonly firstMs: number
  /** Maximum delay, however many failures there were. */
  readonly longestMs: number
}

/** What is tried again without a person: from a second to five minutes. */
const PACE: Pace = { firstMs: 1_000, longestMs: 300_000 }

/**
 * How long to wait after so many failures in a row, one at least, in milliseconds. The wait doubles with
 * each failure up to the longest; a random part of it, half at most, is taken off, so that what failed
 * together is not tried again together.
 */
export function retryDelay(failures: number, pace: Pace = PACE, random: () => number = Math.random): number {
  const { firstMs, longestMs } = pace
  return Math.min(firstMs * 2 ** (failures - 1), longestMs) * (1 - random() / 2)
}
