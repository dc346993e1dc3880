import type { JsonObject } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'

/** The owner that is an object's controller and made it (meta/v1 OwnerReference). */
export function controllerOf(live: KubernetesObject): JsonObject | undefined {
  return live.metadata.ownerReferences?.find((owner) => owner.controller === true)
}

/** Whether another object made this one. */
export function hasController(live: KubernetesObject): boolean {
  return controllerOf(live) !== undefined
}
