import type { ObjectPlan } from '../../model/plan.ts'
import { isOwn } from '../../stages/plan/own-objects.ts'
import { type Guard, refusalOf } from '../../stages/plan/tenancy/refusal-of.ts'

/** Holds back deletions of objects that the configuration does not allow installations to declare. */
export function holdNotAllowed(plans: readonly ObjectPlan[], guard: Guard): readonly ObjectPlan[] {
  return plans.map((plan) => {
    if (plan.action !== 'delete' || isOwn(plan.live)) return plan
    const { key, live } = plan
    const refusal = refusalOf({ key, object: live }, guard)
    return refusal ? { action: 'blocked', key, live, fault: refusal } : plan
  })
}
