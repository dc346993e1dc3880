import { isBeingDeleted, type LiveObject } from '../../../model/object.ts'
import { type Diagnosis, diagnosisOfPart, isSame } from './diagnosis.ts'
import { diagnosePod, isSilent, phaseOf } from './pod-diagnosis.ts'

const TEMPLATE_LABEL = 'pod-template-hash'

/**
 * Pods of a workload that show its current state, the newest first: for a Deployment those of its newest
 * template. Leaves out Pods that are being deleted and failed Pods that were replaced, but keeps those of a
 * Job.
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
 * Why the first stuck Pod does not run, else the first waiting one. The previous diagnosis is kept while it
 * still holds, unless it got worse.
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

/** The first Pod that only its Events can explain. */
export function silentPod(pods: readonly LiveObject[]): LiveObject | undefined {
  return pods.find(isSilent)
}

/** The Pod as shown to users. In a list it has no kind of its own. */
export function nameOf({ metadata }: LiveObject): string {
  return `Pod ${metadata.name}`
}

/** Compares two Pods for sorting. */
export function newestFirst(a: LiveObject, b: LiveObject): number {
  return compare(bornAt(b), bornAt(a)) || compare(a.metadata.name, b.metadata.name)
}

function bornAt({ metadata }: LiveObject): string {
  return String(metadata.creationTimestamp ?? '')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
