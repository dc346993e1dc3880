/** Delays between retries, in milliseconds. */
export interface Pace {
  /** Delay after the first failure. */
  readonly firstMs: number
  /** Maximum delay, whatever the number of failures. */
  readonly longestMs: number
}

/** Default for retries without a user's action: from a second to five minutes. */
const PACE: Pace = { firstMs: 1_000, longestMs: 300_000 }

/**
 * Delay after a number of consecutive failures, at least one, in milliseconds. The delay doubles with each
 * failure up to the longest; a random part of it, at most half, is subtracted, so that actions that failed
 * together are not retried together.
 */
export function retryDelay(failures: number, pace: Pace = PACE, random: () => number = Math.random): number {
  const { firstMs, longestMs } = pace
  return Math.min(firstMs * 2 ** (failures - 1), longestMs) * (1 - random() / 2)
}
