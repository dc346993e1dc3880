import type { JsonObject } from '../../../model/json.ts'
import { objectIn, textIn } from '../../../model/json.ts'
import { gvkOf, type LiveObject } from '../../../model/object.ts'
import { objectsIn, sectionOf } from '../read.ts'

/** Kinds that create Pods, by `group/Kind`. */
const WORKLOADS = new Set([
  '/ReplicationController',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'batch/Job',
])

export function isWorkload(object: LiveObject): boolean {
  const { group, kind } = gvkOf(object)
  return WORKLOADS.has(`${group}/${kind}`)
}

/** Whether a workload's controller has observed it: before that it has no Pods. */
export function isBegun(object: LiveObject): boolean {
  const { observedGeneration, startTime } = sectionOf(object, 'status')
  return isWorkload(object) && (object.kind === 'Job' ? startTime : observedGeneration) !== undefined
}

/** Label selector of a workload's Pods, as the API takes it; undefined for an object without Pods. */
export function podSelectorOf(object: LiveObject): string | undefined {
  if (!isWorkload(object)) return undefined
  const { kind } = object
  const selector = objectIn(sectionOf(object, 'spec').selector)
  const terms = kind === 'ReplicationController' ? equal(selector) : termsOf(selector)
  return terms.length === 0 ? undefined : terms.join(',')
}

/** meta/v1 LabelSelector. */
function termsOf({ matchLabels, matchExpressions }: JsonObject): readonly string[] {
  return [...equal(objectIn(matchLabels)), ...objectsIn(matchExpressions).map(termOf)]
}

function equal(labels: JsonObject): readonly string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${textIn(value)}`)
}

function termOf({ key, operator, values }: JsonObject): string {
  const name = textIn(key)
  const list = `(${Array.isArray(values) ? values.join(',') : ''})`
  if (operator === 'In') return `${name} in ${list}`
  if (operator === 'NotIn') return `${name} notin ${list}`
  return operator === 'DoesNotExist' ? `!${name}` : name
}
