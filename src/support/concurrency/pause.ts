import { setTimeout as sleep } from 'node:timers/promises'
import { type Pace, retryDelay } from './retry-delay.ts'

/** Between looks at something that is about to happen. */
export const LOOKS: Pace = { firstMs: 50, longestMs: 1_000 }

/** Waits after so many tries, one at least. */
export async function pause(tries: number, pace: Pace = LOOKS): Promise<void> {
  await sleep(retryDelay(tries, pace))
}
