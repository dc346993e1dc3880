import type { Fault } from '../../model/fault.ts'
import type { ObjectId } from '../../model/object.ts'
import type { Outcome } from '../../model/status.ts'

/** Time after its end when a fight is forgotten if its object is no longer checked, in milliseconds. */
const FORGOTTEN_AFTER_MS = 600_000

interface Fight {
  readonly fault: Fault
  /** In ms since the epoch. */
  readonly until: number
}

/**
 * Objects that another client keeps changing, deleting or creating. One that was just put back keeps its
 * fault until it has stayed so for as long as it would otherwise have been left alone.
 */
export class Fights {
  readonly #fights = new Map<ObjectId, Fight>()

  /** @param until earliest end of the fight, in ms since the epoch */
  note(id: ObjectId, fault: Fault, until: number): void {
    const now = Date.now()
    for (const [other, fight] of this.#fights)
      if (now > fight.until + FORGOTTEN_AFTER_MS) this.#fights.delete(other)
    this.#fights.set(id, { fault, until })
  }

  /** Extends the fight, because the object was put back once more. */
  extend(id: ObjectId, until: number): void {
    const known = this.#fights.get(id)
    if (known !== undefined) this.#fights.set(id, { ...known, until })
  }

  /** Time left of the fight about an object, in milliseconds; 0 if there is none. */
  left(id: ObjectId, now: number): number {
    const known = this.#fights.get(id)
    if (known === undefined) return 0
    if (now >= known.until) this.#fights.delete(id)
    return Math.max(0, known.until - now)
  }

  get isNone(): boolean {
    return this.#fights.size === 0
  }

  /** Outcome to report for an object during a fight. */
  outcome(id: ObjectId, outcome: Outcome): Outcome {
    const known = this.#fights.get(id)
    return known ? { result: 'failed', key: outcome.key, fault: known.fault } : outcome
  }
}
