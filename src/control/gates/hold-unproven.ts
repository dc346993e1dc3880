import { keyOf, type LiveObject } from '../../model/object.ts'
import type { BlockedPlan, ObjectPlan } from '../../model/plan.ts'
import type { Proofs } from './proofs.ts'

/** Holds back the deletion of objects that cannot be proven now to be made by Reeve. */
export function holdUnproven(plans: readonly ObjectPlan[], proofs: Proofs): readonly ObjectPlan[] {
  return plans.map((plan) =>
    plan.action === 'delete' && proofs.of(plan.live) !== 'made' ? leftAlone(plan.live, proofs) : plan,
  )
}

/** Blocks the deletion of an object that Reeve may not have made. */
export function leftAlone(live: LiveObject, proofs: Proofs): BlockedPlan {
  return { action: 'blocked', key: keyOf(live), live, fault: proofs.problemOf(live) }
}
