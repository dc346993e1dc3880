import type { JsonObject } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { PatchOperation } from '../../../model/plan.ts'
import { applyOperation } from '../describe/patched.ts'
import { own } from '../schema/raw-schema.ts'
import { LAST_APPLIED_ANNOTATION } from './adoption-base.ts'
import {
  ARGO_INSTANCE,
  HELM_NAME,
  HELM_NAMESPACE,
  HELM_RELEASE_NAME,
  HELM_RELEASE_NAMESPACE,
  INSTANCE,
  isTrackedByCommonLabel,
  KUSTOMIZATION_NAME,
  KUSTOMIZATION_NAMESPACE,
  MANAGED_BY,
  TRACKING_ID,
} from './former-owners.ts'

const ANNOTATIONS = [
  HELM_NAME,
  HELM_NAMESPACE,
  TRACKING_ID,
  'argocd.argoproj.io/installation-id',
  LAST_APPLIED_ANNOTATION,
]
const LABELS = [
  KUSTOMIZATION_NAME,
  KUSTOMIZATION_NAMESPACE,
  HELM_RELEASE_NAME,
  HELM_RELEASE_NAMESPACE,
  ARGO_INSTANCE,
]

/**
 * Operations that remove the former owner's marks from an object: those that remain after `operations` and
 * that Git does not declare.
 * @param operations the rest of the patch
 */
export function forgetMarks(
  live: KubernetesObject,
  declared: KubernetesObject,
  operations: readonly PatchOperation[],
): readonly PatchOperation[] {
  const after = operations.reduce(applyOperation, live as JsonObject) as KubernetesObject
  const remove = (field: 'labels' | 'annotations') => (name: string) => {
    const isThere = own(after.metadata[field] ?? {}, name) !== undefined
    const isDeclared = own(declared.metadata[field] ?? {}, name) !== undefined
    return isThere && !isDeclared
      ? [{ op: 'remove', path: `/metadata/${field}/${escapeToken(name)}` } as const]
      : []
  }
  return [...ANNOTATIONS.flatMap(remove('annotations')), ...labelsOf(live).flatMap(remove('labels'))]
}

/** Labels that are marks on this object: two of them are mostly set by others. */
function labelsOf(live: KubernetesObject): readonly string[] {
  const { labels = {}, annotations = {} } = live.metadata
  const isHelms = annotations[HELM_NAME] !== undefined && labels[MANAGED_BY] === 'Helm'
  return [...LABELS, ...(isHelms ? [MANAGED_BY] : []), ...(isTrackedByCommonLabel(live) ? [INSTANCE] : [])]
}
