import type { CreatePlan } from '../model/plan.ts'
import type { Outcome } from '../model/status.ts'

/** What objects need before they can be created: their namespace, and that their kind is served. */
export interface Prerequisites {
  /** The outcome of a create that lacks something; undefined where it may be sent. */
  missing(plan: CreatePlan): Promise<Outcome | undefined> | undefined
  /** What to make of a create that the server refused for want of its namespace or kind. */
  refused(plan: CreatePlan, outcome: Outcome): Promise<Refusal>
}

export interface Refusal {
  readonly outcome: Outcome
  /** What it lacks is there by now, as far as is known: it may be sent again. */
  readonly isOver: boolean
}
