import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'

/** Number of times within the window that a field or an object is put back at once. */
const PATIENCE = 4
const WINDOW_MS = 60_000
const PACE: Pace = { firstMs: 2_000, longestMs: 300_000 }

interface Heals {
  readonly count: number
  readonly at: number
  /** Delay before the next time, in milliseconds. */
  readonly delay: number
}

/**
 * Remembers which fields and objects another client keeps changing back, so that no fight goes on forever. A
 * text of its own identifies each.
 */
export class Contention {
  readonly #heals = new Map<string, Heals>()
  #prunedAt = 0

  /** Notes that a field was put back at `now` (ms since the epoch). */
  note(field: string, now: number): void {
    this.#prune(now)
    const before = this.#heals.get(field)
    const count = before !== undefined && isRecent(before, now) ? before.count + 1 : 1
    this.#heals.set(field, { count, at: now, delay: delayAfter(count) })
  }

  /** Whether it was put back recently. */
  knows(field: string): boolean {
    return this.#heals.has(field)
  }

  /** Delay before the field is put back again, in milliseconds; 0 for at once. */
  delay(field: string, now: number): number {
    const heals = this.#heals.get(field)
    if (heals === undefined) return 0
    return Math.max(0, heals.at + heals.delay - now)
  }

  /** Drops, once a window, the fields that were not put back for long. */
  #prune(now: number): void {
    if (now - this.#prunedAt < WINDOW_MS) return
    this.#prunedAt = now
    for (const [field, heals] of this.#heals) if (!isRecent(heals, now)) this.#heals.delete(field)
  }
}

function isRecent({ at, delay }: Heals, now: number): boolean {
  return now - at < WINDOW_MS + delay
}

function delayAfter(count: number): number {
  if (count < PATIENCE) return 0
  return retryDelay(count - PATIENCE + 1, PACE)
}
