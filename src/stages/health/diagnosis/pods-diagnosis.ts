import { isBeingDeleted, type LiveObject } from '../../../model/object.ts'
import { type Diagnosis, diagnosisOfPart, isSame } from './diagnosis.ts'
import { diagnosePod, isSilent, phaseOf } from './pod-diagnosis.ts'

const TEMPLATE_LABEL = 'pod-template-hash'

/**
 * The Pods of a workload that tell how it is now, the newest first: of a Deployment those of its newest
 * template. What is going, and what failed and was replaced, is not among them; a Job's failed Pods are.
 */
export function tellingPods(workload: LiveObject, pods: readonly LiveObject[]): readonly LiveObject[] {
  const { kind } = workload
  const there = pods
    .filter((pod) => !isBeingDeleted(pod))
    .filter((pod) => kind === 'Job' || phaseOf(pod) !== 'Failed')
    .sort(newestFirst)
  const template = there[0]?.metadata.labels?.[TEMPLATE_LABEL]
  if (kind !== 'Deployment') return there
  return there.filter(({ metadata }) => metadata.labels?.[TEMPLATE_LABEL] === template)
}

/**
 * What keeps the first of these Pods from running that is stuck, else of those that wait. What was
 * known before stays as it was told as long as it is there, unless it got worse.
 */
export function diagnosePods(
  pods: readonly LiveObject[],
  before: Diagnosis | undefined,
): Diagnosis | undefined {
  const troubles = pods.flatMap((pod) => {
    const found = diagnosePod(pod)
    return found === undefined ? [] : diagnosisOfPart(nameOf(pod), found)
  })
  const known = before && troubles.some((found) => isSame(found, before)) ? before : undefined
  if (known?.status === 'degraded') return known
  return troubles.find(({ status }) => status === 'degraded') ?? known ?? troubles[0]
}

/** A Pod that only its Events can tell of. */
export function silentPod(pods: readonly LiveObject[]): LiveObject | undefined {
  return pods.find(isSilent)
}

/** The Pod for people. In a list it has no kind of its own. */
export function nameOf({ metadata }: LiveObject): string {
  return `Pod ${metadata.name}`
}

/** For sorting. */
export function newestFirst(a: LiveObject, b: LiveObject): number {
  return compare(bornAt(b), bornAt(a)) || compare(a.metadata.name, b.metadata.name)
}

function bornAt({ metadata }: LiveObject): string {
  return String(metadata.creationTimestamp ?? '')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
