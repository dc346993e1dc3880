import { isJsonArray, isJsonObject, type JsonObject } from './json.ts'
import type { GroupVersionKind, KubernetesObject } from './object.ts'

/** Whether a kind is the CustomResourceDefinition. */
export function isCrd({ group, kind }: Pick<GroupVersionKind, 'group' | 'kind'>): boolean {
  return kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io'
}

/** A CustomResourceDefinition, valid or not. */
type Crd = JsonObject | KubernetesObject

/**
 * Whether condition Established is True, which the API server sets only after it accepts the names
 * (apiextensions.k8s.io/v1).
 */
export function isEstablished(crd: Crd): boolean {
  return hasCondition(crd, 'Established', 'True')
}

/** Whether a condition of a CustomResourceDefinition has this status. */
export function hasCondition(crd: Crd, type: string, status: string): boolean {
  const conditions = isJsonObject(crd.status) ? crd.status.conditions : undefined
  return (
    isJsonArray(conditions) &&
    conditions.some((c) => isJsonObject(c) && c.type === type && c.status === status)
  )
}
