import { keyOf, type LiveObject } from '../../model/object.ts'
import type { BlockedPlan, ObjectPlan } from '../../model/plan.ts'
import type { Proofs } from './proofs.ts'

/** Holds back the deletion of what can't be proven now to be made by Reeve. */
export function holdUnproven(plans: readonly ObjectPlan[], proofs: Proofs): readonly ObjectPlan[] {
  return plans.map((plan) =>
    plan.action === 'delete' && proofs.of(plan.live) !== 'made' ? leftAlone(plan.live, proofs) : plan,
  )
}

/** What is not deleted, for Reeve may not have made it. */
export function leftAlone(live: LiveObject, proofs: Proofs): BlockedPlan {
  return { action: 'blocked', key: keyOf(live), live, fault: proofs.problemOf(live) }
}
