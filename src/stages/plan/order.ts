import type { ObjectKey } from '../../model/object.ts'

/** Order in which kinds are created; deletion reverses it. Objects of one stage are written in parallel. */
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

/** The stage of a kind; custom resources, RBAC, configuration, storage and services are 'resources'. */
export function stageOf(key: Pick<ObjectKey, 'group' | 'kind'>): Stage {
  return STAGE_OF_KIND.get(`${key.group}/${key.kind}`) ?? 'resources'
}

/** Sorts by stage; keeps the given order within a stage. */
function inApplyOrder<T extends { readonly key: ObjectKey }>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => rank(one) - rank(other))
}

/** Reverses the order of apply: the last created is deleted first. */
export function inDeleteOrder<T extends { readonly key: ObjectKey }>(items: readonly T[]): T[] {
  return inApplyOrder(items).reverse()
}

function rank({ key }: { readonly key: ObjectKey }): number {
  return STAGES.indexOf(stageOf(key))
}
