import type { Fault } from '../model/fault.ts'
import type { ObjectPlan } from '../model/plan.ts'
import { checkAll } from './check-plan.ts'
import type { ClusterView } from './cluster-view.ts'
import type { Declared, Member } from './declared.ts'
import type { Planner } from './planner.ts'

/**
 * What would be refused of the writes that move an installation to the head.
 * @param plans all of it, but for what puts back what others changed
 * @param declared what is declared then
 */
export type CheckAdvance = (
  member: Member,
  plans: readonly ObjectPlan[],
  declared: Declared,
) => Promise<readonly Fault[]>

export interface CheckAdvanceOptions {
  readonly view: ClusterView
  readonly planner: Planner
}

/** Checks what can be known without a request; of an atomic installation all is shown to the API server, too. */
export function advanceCheck({ view, planner }: CheckAdvanceOptions): CheckAdvance {
  return async ({ name, head }, plans, declared) => {
    if (head.atomic !== true) return []
    const asked = await checkAll(name, plans, planner, { declared, view })
    return asked.flatMap((plan) => (plan.action === 'blocked' ? [plan.fault] : []))
  }
}
