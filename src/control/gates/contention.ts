import type { LiveObject, ObjectId } from '../../model/object.ts'
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

/** Of one object. */
interface Contended {
  /** By part: the JSON pointer of a field, else what is done to the object as a whole. */
  readonly heals: Map<string, Heals>
  /** Its last state, if it was deleted after it had been created again. */
  gone?: LiveObject
}

/** Remembers which fields and objects another client keeps changing back, so that no fight goes on forever. */
export class Contention {
  readonly #objects = new Map<ObjectId, Contended>()
  #prunedAt = 0

  /** Notes that a part of an object was put back at `now` (ms since the epoch). */
  note(id: ObjectId, part: string, now: number): void {
    this.#prune(now)
    const contended = this.#objects.get(id) ?? { heals: new Map() }
    const before = contended.heals.get(part)
    const count = before !== undefined && isRecent(before, now) ? before.count + 1 : 1
    contended.heals.set(part, { count, at: now, delay: delayAfter(count) })
    this.#objects.set(id, contended)
  }

  /** Delay before the part is put back again, in milliseconds; 0 for at once. */
  delay(id: ObjectId, part: string, now: number): number {
    const heals = this.#objects.get(id)?.heals.get(part)
    if (heals === undefined) return 0
    return Math.max(0, heals.at + heals.delay - now)
  }

  /** Notes the deletion of an object: if it had been created again, its last state may show who deletes it. */
  noteGone(id: ObjectId, before: LiveObject): void {
    const contended = this.#objects.get(id)
    if (contended?.heals.has('create')) contended.gone = before
  }

  /** State of an object when it was last deleted after it had been created again. */
  gone(id: ObjectId): LiveObject | undefined {
    return this.#objects.get(id)?.gone
  }

  /** Drops, once a window, the parts that were not put back for long. */
  #prune(now: number): void {
    if (now - this.#prunedAt < WINDOW_MS) return
    this.#prunedAt = now
    for (const [id, { heals }] of this.#objects) {
      for (const [part, heal] of heals) if (!isRecent(heal, now)) heals.delete(part)
      if (heals.size === 0) this.#objects.delete(id)
    }
  }
}

function isRecent({ at, delay }: Heals, now: number): boolean {
  return now - at < WINDOW_MS + delay
}

function delayAfter(count: number): number {
  if (count < PATIENCE) return 0
  return retryDelay(count - PATIENCE + 1, PACE)
}
