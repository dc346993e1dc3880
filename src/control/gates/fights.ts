import type { Fault } from '../../model/fault.ts'
import type { LiveObject, ObjectId } from '../../model/object.ts'
import type { Outcome } from '../../model/status.ts'

/** Objects that are not looked at any more are forgotten. */
const FORGOTTEN_AFTER_MS = 600_000

interface Fight {
  readonly fault: Fault
  /** In ms since the epoch. */
  readonly until: number
}

/**
 * Objects that another client keeps changing, deleting or creating. One that was just put back is told
 * as it was before, until it has stayed so for as long as it would have been left alone otherwise.
 */
export class Fights {
  readonly #fights = new Map<ObjectId, Fight>()
  /** What was deleted last of objects that were created again. */
  readonly #gone = new Map<ObjectId, LiveObject>()

  /** @param until how long it is told at least, in ms since the epoch */
  note(id: ObjectId, fault: Fault, until: number): void {
    const now = Date.now()
    for (const [other, fight] of this.#fights) if (now > fight.until + FORGOTTEN_AFTER_MS) this.#forget(other)
    this.#fights.set(id, { fault, until })
  }

  /** An object that was created again is gone again. */
  noteGone(id: ObjectId, before: LiveObject): void {
    this.#gone.set(id, before)
  }

  /** What the object was when it was deleted last. */
  gone(id: ObjectId): LiveObject | undefined {
    return this.#gone.get(id)
  }

  /** It was put back once more. */
  extend(id: ObjectId, until: number): void {
    const known = this.#fights.get(id)
    if (known !== undefined) this.#fights.set(id, { ...known, until })
  }

  /** How long the fight about an object is told still, in milliseconds; 0 where there is none. */
  left(id: ObjectId, now: number): number {
    const known = this.#fights.get(id)
    if (known === undefined) return 0
    if (now >= known.until) this.#forget(id)
    return Math.max(0, known.until - now)
  }

  get isNone(): boolean {
    return this.#fights.size === 0
  }

  /** What to tell of an object while there is a fight about it. */
  outcome(id: ObjectId, outcome: Outcome): Outcome {
    const known = this.#fights.get(id)
    return known ? { result: 'failed', key: outcome.key, fault: known.fault } : outcome
  }

  #forget(id: ObjectId): void {
    this.#fights.delete(id)
    this.#gone.delete(id)
  }
}
