import { HEALTHY, type Judge } from '../verdict.ts'
import { apiServiceHealth } from './api-service.ts'
import { cronJobHealth } from './cron-job.ts'
import { customResourceDefinitionHealth } from './custom-resource-definition.ts'
import { daemonSetHealth } from './daemon-set.ts'
import { deploymentHealth } from './deployment.ts'
import { horizontalPodAutoscalerHealth } from './horizontal-pod-autoscaler.ts'
import { jobHealth } from './job.ts'
import { mattermostHealth } from './mattermost.ts'
import { persistentVolumeHealth } from './persistent-volume.ts'
import { persistentVolumeClaimHealth } from './persistent-volume-claim.ts'
import { podHealth } from './pod.ts'
import { podDisruptionBudgetHealth } from './pod-disruption-budget.ts'
import { replicaSetHealth } from './replica-set.ts'
import { serviceHealth } from './service.ts'
import { statefulSetHealth } from './stateful-set.ts'

/** By `group/Kind`. */
const JUDGES: Readonly<Record<string, Judge>> = {
  '/PersistentVolume': persistentVolumeHealth,
  '/PersistentVolumeClaim': persistentVolumeClaimHealth,
  '/Pod': podHealth,
  '/ReplicationController': replicaSetHealth,
  '/Service': serviceHealth,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinitionHealth,
  'apiregistration.k8s.io/APIService': apiServiceHealth,
  'apps/DaemonSet': daemonSetHealth,
  'apps/Deployment': deploymentHealth,
  'apps/ReplicaSet': replicaSetHealth,
  'apps/StatefulSet': statefulSetHealth,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscalerHealth,
  'batch/CronJob': cronJobHealth,
  'batch/Job': jobHealth,
  'installation.mattermost.com/Mattermost': mattermostHealth,
  // Not every ingress controller reports an address.
  'networking.k8s.io/Ingress': () => HEALTHY,
  'policy/PodDisruptionBudget': podDisruptionBudgetHealth,
  // Their status is Reeve's own finding.
  'reeve.dev/Installation': () => HEALTHY,
  'reeve.dev/InstallationGroup': () => HEALTHY,
  'reeve.dev/Operation': () => HEALTHY,
}

/**
 * The judge of a kind that Reeve knows, by the conventions of kstatus (sigs.k8s.io/cli-utils) with three
 * differences: a running Job is progressing, and so is a LoadBalancer without an address; Pods that cannot
 * start (images, crash loops) are degraded at once.
 */
export function judgeOfKind(group: string, kind: string): Judge | undefined {
  const id = `${group}/${kind}`
  return Object.hasOwn(JUDGES, id) ? JUDGES[id] : undefined
}
