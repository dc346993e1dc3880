import type { ObjectId } from '../model/object.ts'

/** So many times within the window an object is put back at once. */
const PATIENCE = 4
const WINDOW_MS = 60_000
const FIRST_DELAY_MS = 2_000
const LONGEST_DELAY_MS = 300_000

interface Heals {
  readonly count: number
  readonly at: number
}

/** Remembers which objects some other writer keeps changing back, so that nobody fights for ever. */
export class Contention {
  readonly #heals = new Map<ObjectId, Heals>()

  /** An object was put back at `now` (ms since the epoch). */
  note(id: ObjectId, now: number): void {
    const before = this.#heals.get(id)
    const isRecent = before !== undefined && now - before.at < WINDOW_MS + delayAfter(before.count)
    this.#heals.set(id, { count: isRecent ? before.count + 1 : 1, at: now })
  }

  /** How long to wait before the object is put back again, in milliseconds; 0 for at once. */
  delay(id: ObjectId, now: number): number {
    const heals = this.#heals.get(id)
    if (heals === undefined) return 0
    return Math.max(0, heals.at + delayAfter(heals.count) - now)
  }

  forget(id: ObjectId): void {
    this.#heals.delete(id)
  }
}

function delayAfter(count: number): number {
  if (count < PATIENCE) return 0
  return Math.min(FIRST_DELAY_MS * 2 ** (count - PATIENCE), LONGEST_DELAY_MS)
}
