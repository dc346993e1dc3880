import type { DeclaredObject } from '../../model/installation.ts'
import { type JsonObject, objectIn } from '../../model/json.ts'
import { RELEASE_ANNOTATION } from '../../model/labels.ts'
import { annotationOf } from '../../model/marks.ts'
import { gvkOf, type KubernetesObject, keyOf } from '../../model/object.ts'
import { type HibernateRule, selects } from '../../model/rules.ts'
import { mergePatch, pointersIn } from './merge-patch.ts'

/** A label that no node has: a DaemonSet that asks for it has no Pods. */
const NOWHERE = { 'reeve.dev/hibernated': 'true' }

/** How kinds sleep, by `kind.group`, as JSON merge patches (RFC 7396). */
const BUILT_IN: Readonly<Record<string, JsonObject>> = {
  'Deployment.apps': { spec: { replicas: 0 } },
  'StatefulSet.apps': { spec: { replicas: 0 } },
  'ReplicaSet.apps': { spec: { replicas: 0 } },
  ReplicationController: { spec: { replicas: 0 } },
  'DaemonSet.apps': { spec: { template: { spec: { nodeSelector: NOWHERE } } } },
  'CronJob.batch': { spec: { suspend: true } },
  'Rollout.argoproj.io': { spec: { replicas: 0 } },
  // They scale what they target up from nothing as soon as there is something to do.
  'ScaledObject.keda.sh': { metadata: { annotations: { 'autoscaling.keda.sh/paused-replicas': '0' } } },
  'ScaledJob.keda.sh': { metadata: { annotations: { 'autoscaling.keda.sh/paused': 'true' } } },
  // A size wins over the number of replicas, and the job server has one whatever that is.
  'Mattermost.installation.mattermost.com': { spec: { replicas: 0, size: null, jobServer: null } },
}

/** What an installation declares while it sleeps. */
export interface Asleep {
  readonly objects: readonly DeclaredObject[]
  /** Objects that stay as they are until it wakes. */
  readonly leftAlone: readonly DeclaredObject[]
}

/**
 * The objects of an installation that sleeps: no workload runs, and all data is kept. Jobs, and what runs once in each
 * release, run to their end, and nothing new of them begins; other Pods, which nothing would start again, are left out.
 *
 * @param rules the first that selects an object says how it sleeps, before what is built in
 */
export function asleep(objects: readonly DeclaredObject[], rules: readonly HibernateRule[]): Asleep {
  const each = objects.map((declared) => ({ declared, patch: patchFor(declared.object, rules) }))
  return {
    objects: each.flatMap(({ declared, patch }) => {
      if (patch) return putToSleep(declared, patch)
      return isRun(declared.object) || isPod(declared.object) ? [] : declared
    }),
    leftAlone: each.flatMap(({ declared, patch }) => (patch || !isRun(declared.object) ? [] : declared)),
  }
}

/** Whether it runs once and ends. */
function isRun(object: KubernetesObject): boolean {
  return annotationOf(object, RELEASE_ANNOTATION) !== undefined || isOf('batch', 'Job', object)
}

function isPod(object: KubernetesObject): boolean {
  return isOf('', 'Pod', object)
}

function isOf(group: string, kind: string, object: KubernetesObject): boolean {
  return object.kind === kind && gvkOf(object).group === group
}

function putToSleep(declared: DeclaredObject, patch: JsonObject): DeclaredObject {
  return { ...declared, object: patched(declared.object, patch), sleep: pointersIn(patch, '') }
}

function patchFor(object: KubernetesObject, rules: readonly HibernateRule[]): JsonObject | undefined {
  const key = keyOf(object)
  const rule = rules.find(({ objects }) => selects(objects, key))
  if (rule) return rule.set
  const name = key.group === '' ? key.kind : `${key.kind}.${key.group}`
  return Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined
}

/** What an object is stays: a rule does not make another one of it. */
function patched(object: KubernetesObject, patch: JsonObject): KubernetesObject {
  const { metadata, ...rest } = mergePatch(object as JsonObject, patch) as JsonObject
  const { namespace: _, ...others } = objectIn(metadata)
  const { apiVersion, kind } = object
  const { name, namespace } = object.metadata
  return {
    ...rest,
    apiVersion,
    kind,
    metadata: { ...others, name, ...(namespace !== undefined && { namespace }) },
  }
}
