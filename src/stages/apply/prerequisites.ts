import type { CreatePlan, PatchPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'

/** Conditions for a write: the object's namespace exists, and its kind is served in its version. */
export interface Prerequisites {
  /** The outcome of a write that lacks a prerequisite; undefined where it may be sent. */
  missing(plan: CreatePlan | PatchPlan): Promise<Outcome | undefined> | undefined
  /** Handles a write that the server refused because its namespace or kind is missing. */
  refused(plan: CreatePlan | PatchPlan, outcome: Outcome): Promise<Refusal>
}

export interface Refusal {
  readonly outcome: Outcome
  /** The prerequisite exists by now, as far as is known: the write may be sent again. */
  readonly isOver: boolean
}
