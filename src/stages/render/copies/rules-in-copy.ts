import { nameInCopy } from '../../../model/copy.ts'
import { type ObjectId, parseId } from '../../../model/object.ts'
import { type ObjectSelector, type Rules, selects } from '../../../model/rules.ts'
import type { CopyPlan } from './plan-copies.ts'

/** The rules of an installation, those about an object of the copy by the name that it has there as well. */
export function rulesInCopy(rules: Rules, plan: CopyPlan): Rules {
  const ids = [...plan.workloads, ...plan.mounted, ...plan.companions]
  return {
    ignore: rules.ignore.flatMap((rule) => both(rule, ids, plan.name)),
    health: rules.health.flatMap((rule) => both(rule, ids, plan.name)),
    hibernate: rules.hibernate.flatMap((rule) => both(rule, ids, plan.name)),
  }
}

function both<R extends { readonly objects: ObjectSelector }>(
  rule: R,
  ids: readonly ObjectId[],
  copy: string,
): readonly R[] {
  const { name, namespace: _, ...objects } = rule.objects
  if (name === undefined) return [rule]
  const isAbout = (id: ObjectId) => selects({ ...objects, name }, parseId(id))
  if (!ids.some(isAbout)) return [rule]
  return [rule, { ...rule, objects: { ...rule.objects, name: nameInCopy(name, copy) } }]
}
