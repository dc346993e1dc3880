import { setTimeout as sleep } from 'node:timers/promises'
import { type Pace, retryDelay } from './retry-delay.ts'

/** Delays between checks for something that is about to happen. */
const LOOKS: Pace = { firstMs: 50, longestMs: 1_000 }

/**
 * Waits after a number of tries, at least one.
 *
 * @param signal ends the wait when aborted
 */
export async function pause(tries: number, pace: Pace = LOOKS, signal?: AbortSignal): Promise<void> {
  await wait(retryDelay(tries, pace), signal)
}

/** Resolves after `ms` milliseconds, or when the signal is aborted. */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
