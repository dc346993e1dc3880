import type { KubernetesObject } from '../../../model/object.ts'
import type { OwnedFields } from '../merge/leave.ts'
import { type ManagedFields, managedFieldsOf } from './managed-fields.ts'

/**
 * The field manager of the HorizontalPodAutoscaler controller: it updates the scale subresource without a
 * fieldManager (kubernetes, pkg/controller/podautoscaler/horizontal.go, scaleNamespacer.Update), so the
 * server takes the first part of its user agent (apiserver, managerOrUserAgent), which is
 * `kube-controller-manager/v1.36.3 … horizontal-pod-autoscaler`.
 */
const AUTOSCALER_MANAGER = 'kube-controller-manager'

/** Whether a manager other than kubectl set the replicas through the scale subresource. */
export function isScaled(live: KubernetesObject): boolean {
  return managedFieldsOf(live).some(isScaling)
}

function isScaling({ manager, subresource }: ManagedFields): boolean {
  return subresource === 'scale' && !manager.startsWith('kubectl')
}

/**
 * Fields (the replicas) that a manager other than kubectl wrote through the scale subresource. Autoscalers
 * that build on a HorizontalPodAutoscaler, such as KEDA, also write under their own name.
 * @param autoscaler name of the HorizontalPodAutoscaler that targets the object; undefined where it is
 * unknown: then only the controller's own name counts
 */
export function scaledFields(live: KubernetesObject, autoscaler: string | undefined): readonly OwnedFields[] {
  return managedFieldsOf(live)
    .filter(isScaling)
    .filter(({ manager }) => autoscaler !== undefined || manager === AUTOSCALER_MANAGER)
    .map(({ fields }) => ({ why: { reason: 'autoscaled', autoscaler }, fields }))
}
