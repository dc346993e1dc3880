import type { ObjectPlan } from '../../model/plan.ts'
import { leftOf } from '../../stages/plan/describe/left.ts'

export interface Explain {
  /** Also what is left as it is and why, and what changes were worked out from. */
  readonly explain?: boolean
}

/** Objects that do not change are shown only where something of them is left as it is. */
export function isShown(object: ObjectPlan, { explain = false }: Explain): boolean {
  return object.action !== 'unchanged' || (explain && leftOf(object).length > 0)
}
