import type { CreatePlan, PatchPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'

/** What objects need before they can be written: their namespace, and that their kind is served in their version. */
export interface Prerequisites {
  /** The outcome of a create that lacks something; undefined where it may be sent. */
  missing(plan: CreatePlan | PatchPlan): Promise<Outcome | undefined> | undefined
  /** What to make of a create that the server refused for want of its namespace or kind. */
  refused(plan: CreatePlan | PatchPlan, outcome: Outcome): Promise<Refusal>
}

export interface Refusal {
  readonly outcome: Outcome
  /** What it lacks is there by now, as far as is known: it may be sent again. */
  readonly isOver: boolean
}
