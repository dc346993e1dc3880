import { OWN_GROUP } from '../../model/labels.ts'
import { gvkOf, type LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { deletionHealth } from './deletion.ts'
import { apiServiceHealth } from './kinds/api-service.ts'
import { customResourceDefinitionHealth } from './kinds/custom-resource-definition.ts'
import { daemonSetHealth } from './kinds/daemon-set.ts'
import { deploymentHealth } from './kinds/deployment.ts'
import { genericHealth } from './kinds/generic.ts'
import { horizontalPodAutoscalerHealth } from './kinds/horizontal-pod-autoscaler.ts'
import { jobHealth } from './kinds/job.ts'
import { mattermostHealth } from './kinds/mattermost.ts'
import { persistentVolumeHealth } from './kinds/persistent-volume.ts'
import { persistentVolumeClaimHealth } from './kinds/persistent-volume-claim.ts'
import { podHealth } from './kinds/pod.ts'
import { podDisruptionBudgetHealth } from './kinds/pod-disruption-budget.ts'
import { replicaSetHealth } from './kinds/replica-set.ts'
import { serviceHealth } from './kinds/service.ts'
import { statefulSetHealth } from './kinds/stateful-set.ts'
import { sectionOf } from './read.ts'
import { HEALTHY, type Judge, progressing } from './verdict.ts'

/** By `group/Kind`. All other kinds are judged by the conventions: see generic.ts. */
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
  // An existing CronJob does its work; its Jobs report how they end.
  'batch/CronJob': () => HEALTHY,
  'batch/Job': jobHealth,
  'installation.mattermost.com/Mattermost': mattermostHealth,
  // Not every ingress controller reports an address.
  'networking.k8s.io/Ingress': () => HEALTHY,
  'policy/PodDisruptionBudget': podDisruptionBudgetHealth,
  // Their status is Reeve's own finding.
  'reeve.dev/Installation': () => HEALTHY,
  'reeve.dev/InstallationGroup': () => HEALTHY,
}

/**
 * Health of an object from its own status, by the conventions of kstatus (sigs.k8s.io/cli-utils) with three
 * differences: a running Job is progressing, and so is a LoadBalancer without an address; Pods that can't
 * start (images, crash loops) are degraded at once.
 */
export function healthOf(object: LiveObject): Health {
  return unsettledHealth(object) ?? builtInHealth(object)
}

/** Health of an object that is being deleted or whose controller lags behind; undefined for any other. */
export function unsettledHealth(object: LiveObject): Health | undefined {
  if (gvkOf(object).group === OWN_GROUP) return deletionHealth(object)
  return deletionHealth(object) ?? behind(object)
}

/** Judges an object by the rules of its kind, else by the conventions. */
export const builtInHealth: Judge = (object) => {
  const { group, kind } = gvkOf(object)
  const id = `${group}/${kind}`
  return ((Object.hasOwn(JUDGES, id) ? JUDGES[id] : undefined) ?? genericHealth)(object)
}

/** Progressing where the controller has not seen the last change of the spec yet. */
function behind(object: LiveObject): Health | undefined {
  const { generation } = object.metadata
  const observed = observedGenerationOf(object)
  if (generation === undefined || observed === undefined || observed >= generation) return undefined
  return progressing(`generation ${observed} of ${generation} observed`)
}

function observedGenerationOf(object: LiveObject): number | undefined {
  const { observedGeneration } = sectionOf(object, 'status')
  return typeof observedGeneration === 'number' ? observedGeneration : undefined
}
