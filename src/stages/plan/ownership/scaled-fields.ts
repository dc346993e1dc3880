import type { KubernetesObject } from '../../../model/object.ts'
import type { OwnedFields } from '../merge/leave.ts'
import { type ManagedFields, managedFieldsOf } from './managed-fields.ts'

/**
 * The name that the HorizontalPodAutoscaler controller writes under: it updates the scale subresource
 * without a fieldManager (kubernetes, pkg/controller/podautoscaler/horizontal.go, scaleNamespacer.Update),
 * so the server takes the first part of its user agent (apiserver, managerOrUserAgent), which is
 * `kube-controller-manager/v1.36.3 … horizontal-pod-autoscaler`.
 */
const AUTOSCALER_MANAGER = 'kube-controller-manager'

/** Whether anything but a person with kubectl set the replicas through the scale subresource. */
export function isScaled(live: KubernetesObject): boolean {
  return managedFieldsOf(live).some(isScaling)
}

function isScaling({ manager, subresource }: ManagedFields): boolean {
  return subresource === 'scale' && !manager.startsWith('kubectl')
}

/**
 * What was written through the scale subresource, and not by a person with kubectl: the replicas.
 * Autoscalers that lean on a HorizontalPodAutoscaler, such as KEDA, also write under their own name.
 * @param autoscaler name of the HorizontalPodAutoscaler that has the object as its target; undefined
 * where that can't be known, and only the controller's own name counts
 */
export function scaledFields(live: KubernetesObject, autoscaler: string | undefined): readonly OwnedFields[] {
  return managedFieldsOf(live)
    .filter(isScaling)
    .filter(({ manager }) => autoscaler !== undefined || manager === AUTOSCALER_MANAGER)
    .map(({ fields }) => ({ why: { reason: 'autoscaled', autoscaler }, fields }))
}
