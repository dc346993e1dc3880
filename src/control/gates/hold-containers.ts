import { fault } from '../../model/fault.ts'
import { keepMarkOf } from '../../model/keep-mark.ts'
import { describeKey, idOf, keyOf, type LiveObject } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { isApplied } from '../../stages/plan/applied.ts'
import { isContainer, isInside } from '../../stages/plan/is-inside.ts'

/**
 * Holds back the deletion of a Namespace or CustomResourceDefinition that would take an object with it that an
 * annotation keeps.
 *
 * @param all live objects of the Repository
 */
export function holdContainers(
  plans: readonly ObjectPlan[],
  all: () => Iterable<LiveObject>,
): readonly ObjectPlan[] {
  if (!plans.some(deletesOthers)) return plans
  const kept = [...all()].filter(isKept)
  return plans.map((plan): ObjectPlan => {
    const inside = deletesOthers(plan) ? kept.find((object) => isInside(object, plan.live)) : undefined
    if (inside === undefined || plan.action !== 'delete') return plan
    const { key, live } = plan
    const details = `${describeKey(key)} has ${describeKey(keyOf(inside))} in it, which has ${keepMarkOf(inside)}`
    return { action: 'blocked', key, live, fault: fault('prune-disabled', details, { object: idOf(key) }) }
  })
}

/** An object that an annotation keeps and that would go with a Namespace or CustomResourceDefinition. */
export function keptInside(live: LiveObject, all: () => Iterable<LiveObject>): LiveObject | undefined {
  return isContainer(live) ? [...all()].find((object) => isKept(object) && isInside(object, live)) : undefined
}

function isKept(object: LiveObject): boolean {
  return isApplied(object) && keepMarkOf(object) !== undefined
}

function deletesOthers(plan: ObjectPlan): plan is Extract<ObjectPlan, { readonly action: 'delete' }> {
  return plan.action === 'delete' && isContainer(plan.live)
}
