import type { KubernetesObject } from '../../model/object.ts'

/** Whether another object made this one: it has an owner that is its controller (meta/v1 OwnerReference). */
export function hasController(live: KubernetesObject): boolean {
  return live.metadata.ownerReferences?.some((owner) => owner.controller === true) ?? false
}
