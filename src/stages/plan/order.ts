import type { ObjectKey } from '../../model/object.ts'

/** The order in which kinds are created; the reverse when deleting. Objects of a stage go in parallel. */
export const STAGES = ['namespaces', 'definitions', 'resources', 'workloads', 'admission'] as const

export type Stage = (typeof STAGES)[number]

const STAGE_OF_KIND: ReadonlyMap<string, Stage> = new Map([
  ['/Namespace', 'namespaces'],
  ['apiextensions.k8s.io/CustomResourceDefinition', 'definitions'],
  ['/Pod', 'workloads'],
  ['/ReplicationController', 'workloads'],
  ['apps/ReplicaSet', 'workloads'],
  ['apps/Deployment', 'workloads'],
  ['apps/StatefulSet', 'workloads'],
  ['apps/DaemonSet', 'workloads'],
  ['batch/Job', 'workloads'],
  ['batch/CronJob', 'workloads'],
  ['autoscaling/HorizontalPodAutoscaler', 'workloads'],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', 'admission'],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'admission'],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicy', 'admission'],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicyBinding', 'admission'],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicy', 'admission'],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding', 'admission'],
  ['apiregistration.k8s.io/APIService', 'admission'],
])

/** Custom resources, RBAC, configuration, storage and services are 'resources'. */
export function stageOf(key: Pick<ObjectKey, 'group' | 'kind'>): Stage {
  return STAGE_OF_KIND.get(`${key.group}/${key.kind}`) ?? 'resources'
}

/** Sorted by stage, otherwise in the order given. */
function inApplyOrder<T extends { readonly key: ObjectKey }>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => rank(one) - rank(other))
}

/** The reverse: what was created last goes first. */
export function inDeleteOrder<T extends { readonly key: ObjectKey }>(items: readonly T[]): T[] {
  return inApplyOrder(items).reverse()
}

function rank({ key }: { readonly key: ObjectKey }): number {
  return STAGES.indexOf(stageOf(key))
}
