import type { ResolvedObject } from '../../model/installation.ts'
import { idOf, type ObjectId } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import type { ObjectChange } from './object-change.ts'

/** One installation at a commit: what it declares, and the plans of that. */
export interface PlannedState {
  readonly objects: ReadonlyMap<ObjectId, ResolvedObject>
  readonly plans: readonly ObjectPlan[]
}

/** What a change does to one installation. */
export interface InstallationChanges {
  readonly changes: readonly ObjectChange[]
  /** Plans that are the same without the change, with something to do. */
  readonly pending: readonly ObjectPlan[]
}

/**
 * Sorts an installation's plans: of the change are objects that the merged tree declares otherwise than the target's
 * head, and those that can be applied only before or only after it.
 */
export function objectChanges(target: PlannedState, merged: PlannedState): InstallationChanges {
  const [before, after] = [byId(target.plans), byId(merged.plans)]
  const changes: ObjectChange[] = []
  const pending: ObjectPlan[] = []
  for (const plan of merged.plans) {
    const id = idOf(plan.key)
    const change = {
      plan,
      pending: before.get(id),
      before: target.objects.get(id),
      after: merged.objects.get(id),
    }
    if (isOfChange(change)) changes.push(change)
    else if (plan.action !== 'unchanged') pending.push(plan)
  }
  for (const plan of target.plans)
    if (!after.has(idOf(plan.key)) && plan.action !== 'unchanged') pending.push(plan)
  return { changes, pending }
}

function isOfChange({ plan, pending, before, after }: ObjectChange): boolean {
  if (before?.digest !== after?.digest) return true
  if (plan.action !== (pending?.action ?? 'unchanged')) return true
  if (plan.action !== 'blocked' || pending?.action !== 'blocked') return false
  return plan.fault.code !== pending.fault.code || plan.fault.message !== pending.fault.message
}

function byId(plans: readonly ObjectPlan[]): ReadonlyMap<ObjectId, ObjectPlan> {
  return new Map(plans.map((plan) => [idOf(plan.key), plan]))
}
