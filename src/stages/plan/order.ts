import { OWN_GROUP } from '../../model/labels.ts'
import type { ObjectKey } from '../../model/object.ts'

/** Order in which kinds are created. Objects of one stage are written in parallel. */
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

/**
 * Order in which kinds are deleted: that of creation turned round, but custom resources while what acts on
 * them runs and their API is served. Admission goes first: a webhook whose Service is gone refuses everything.
 */
export const REMOVAL_STAGES = [
  'admission',
  'custom resources',
  'aggregated APIs',
  'workloads',
  'resources',
  'definitions',
  'namespaces',
  'own documents',
] as const

export type RemovalStage = (typeof REMOVAL_STAGES)[number]

/** API groups that Kubernetes itself serves; objects of any other are custom resources. */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
])

/** The stage in which objects of a kind are deleted. Reeve's own documents tell of all others until these are gone. */
export function removalStageOf(key: Pick<ObjectKey, 'group' | 'kind'>): RemovalStage {
  if (key.group === 'apiregistration.k8s.io') return 'aggregated APIs'
  if (key.group === OWN_GROUP) return 'own documents'
  return BUILT_IN_GROUPS.has(key.group) ? stageOf(key) : 'custom resources'
}

/** Position of a stage of deletion; a lower one goes first. */
export function removalRank(key: Pick<ObjectKey, 'group' | 'kind'>): number {
  return REMOVAL_STAGES.indexOf(removalStageOf(key))
}

/** Sorts by stage of deletion; within a stage, the last goes first. */
export function inDeleteOrder<T extends { readonly key: ObjectKey }>(items: readonly T[]): T[] {
  return items.toReversed().sort((one, other) => removalRank(one.key) - removalRank(other.key))
}
