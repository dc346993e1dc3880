import type { Planner } from '../control/planner/planner.ts'
import type { PlanningParts } from '../control/planner/planning-parts.ts'
import type { Part } from './part.ts'

/** Plans installations. */
export interface PlannerPart extends Part {
  readonly parts: PlanningParts
  readonly planner: Planner
}
