import type { ObjectPlan } from '../../../model/plan.ts'
import { leftOf } from './left.ts'

export interface Explain {
  /** Also show fields left as they are, with the reason, and the bases of changes. */
  readonly explain?: boolean
}

/** Unchanged objects are shown only to explain fields left as they are. */
export function isShown(object: ObjectPlan, { explain = false }: Explain): boolean {
  return object.action !== 'unchanged' || (explain && leftOf(object).length > 0)
}
