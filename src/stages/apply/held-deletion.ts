import type { ObjectKey } from '../../model/object.ts'
import type { DeletePlan } from '../../model/plan.ts'

/** A deletion that waits, and for what. */
export interface HeldDeletion {
  readonly plan: DeletePlan
  /** The object that is to be applied first, for people; the same however far it is. */
  readonly unresolved: string
  /** The installation whose object that is. */
  readonly on: string
}

export interface Sorted {
  readonly going: readonly DeletePlan[]
  readonly held: readonly HeldDeletion[]
  /** Refused objects that may be applied once what is going is gone. */
  readonly freed: readonly ObjectKey[]
}
