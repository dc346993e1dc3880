import { fault } from '../../model/fault.ts'
import { firstOf } from '../../model/first-of.ts'
import { describeOwner } from '../../model/former-owner.ts'
import { describeKey, idOf, keyOf, type LiveObject } from '../../model/object.ts'
import type { DeletePlan, ObjectPlan } from '../../model/plan.ts'
import { formerOwners } from '../../stages/plan/ownership/former-owners.ts'

/** What others have in a namespace. */
export interface Inhabited {
  readonly objects: readonly LiveObject[]
  /** Whoever reads of it may see these objects. */
  readonly mayName: boolean
}

/** Nobody tells when the objects of others are gone: delay until they are looked for again, in milliseconds. */
const LOOK_AGAIN_AFTER_MS = 60_000
/** Maximum number of objects, or kinds, that are named. */
const NAMED = 5

/** Holds back the deletion of a Namespace that would take objects with it that others put there. */
export function holdInhabited(
  plans: readonly ObjectPlan[],
  inhabited: (plan: DeletePlan) => Promise<Inhabited>,
): Promise<readonly ObjectPlan[]> {
  return Promise.all(plans.map((plan) => (isOfNamespace(plan) ? heldIfInhabited(plan, inhabited) : plan)))
}

async function heldIfInhabited(
  plan: DeletePlan,
  inhabited: (plan: DeletePlan) => Promise<Inhabited>,
): Promise<ObjectPlan> {
  const found = await inhabited(plan)
  if (found.objects.length === 0) return plan
  const { key, live } = plan
  const what = found.mayName ? namesIn(found.objects) : countsIn(found.objects)
  const details = `${describeKey(key)} has ${what} in it`
  return {
    action: 'blocked',
    key,
    live,
    fault: fault('namespace-in-use', details, { object: idOf(key) }),
    retryInMs: LOOK_AGAIN_AFTER_MS,
  }
}

function namesIn(objects: readonly LiveObject[]): string {
  const names = objects.map((live) => {
    const owners = formerOwners(live).map(describeOwner)
    return `${describeKey(keyOf(live))}${owners.length === 0 ? '' : ` (${owners.join(', ')})`}`
  })
  return firstOf(names.sort(), NAMED)
}

/** `2 ConfigMap, 1 Secret` */
function countsIn(objects: readonly LiveObject[]): string {
  const kinds = Map.groupBy(objects, ({ kind }) => kind)
  return firstOf([...kinds].map(([kind, { length }]) => `${length} ${kind}`).sort(), NAMED)
}

function isOfNamespace(plan: ObjectPlan): plan is DeletePlan {
  return plan.action === 'delete' && plan.key.group === '' && plan.key.kind === 'Namespace'
}
