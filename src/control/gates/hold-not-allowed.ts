import type { ObjectPlan } from '../../model/plan.ts'
import { isOwn } from '../../stages/plan/own-objects.ts'
import type { Guard } from '../../stages/plan/tenancy/refusal-of.ts'
import { deletionRefusal } from '../../stages/plan/tenancy/role-refusal.ts'

/** Holds back deletions of objects that the configuration does not allow installations to declare. */
export function holdNotAllowed(plans: readonly ObjectPlan[], guard: Guard): Promise<readonly ObjectPlan[]> {
  return Promise.all(
    plans.map(async (plan) => {
      if (plan.action !== 'delete' || isOwn(plan.live)) return plan
      const { key, live } = plan
      const refusal = await deletionRefusal(key, live, guard)
      return refusal ? { action: 'blocked', key, live, fault: refusal } : plan
    }),
  )
}
