import { setTimeout as sleep } from 'node:timers/promises'
import { type Pace, retryDelay } from './retry-delay.ts'

/** Between looks at something that is about to happen. */
const LOOKS: Pace = { firstMs: 50, longestMs: 1_000 }

/**
 * Waits after so many tries, one at least.
 *
 * @param signal when it is aborted, there is nothing to wait for any more
 */
export async function pause(tries: number, pace: Pace = LOOKS, signal?: AbortSignal): Promise<void> {
  await wait(retryDelay(tries, pace), signal)
}

/** Resolves after so many milliseconds, or when the signal is aborted. */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
