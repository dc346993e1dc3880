import type { Inherits } from '../../model/inherits.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import { type Assignment, recordOf } from './assignment.ts'

/** Records of assignments: each is sealed once. */
export class AssignmentRecords {
  #sealer: Sealer | undefined
  #known = new WeakMap<Assignment, Inherits>()

  /** @param sealer with another one, all are sealed anew */
  of(name: string, assignment: Assignment, sealer: Sealer | undefined): Inherits {
    if (sealer !== this.#sealer) this.#known = new WeakMap()
    this.#sealer = sealer
    const known = this.#known.get(assignment)
    if (known) return known
    const record = recordOf(name, assignment, sealer)
    this.#known.set(assignment, record)
    return record
  }
}
