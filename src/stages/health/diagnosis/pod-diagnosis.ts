import type { JsonObject } from '../../../model/json.ts'
import { objectIn, textIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import { conditionOf, explain, objectsIn, sectionOf } from '../read.ts'
import { diagnoseContainer, endOf } from './container-diagnosis.ts'
import { type Diagnosis, diagnosis } from './diagnosis.ts'

/** What keeps a v1 Pod from running, by its status; what is to be seen only in Events is not told. */
export function diagnosePod(pod: LiveObject): Diagnosis | undefined {
  if (phaseOf(pod) === 'Failed') return diagnosis('progressing', failureOf(pod))
  if (phaseOf(pod) === 'Succeeded') return undefined
  const troubles = containersOf(pod).flatMap((container) => diagnoseContainer(container) ?? [])
  return troubles.find(({ status }) => status === 'degraded') ?? schedulingTrouble(pod) ?? troubles[0]
}

/** Whether a Pod is on a node and still not ready, for no reason that its status tells. */
export function isSilent(pod: LiveObject): boolean {
  if (conditionOf(pod, 'Ready')?.status === 'True' || diagnosePod(pod) !== undefined) return false
  return phaseOf(pod) !== 'Succeeded' && textIn(sectionOf(pod, 'spec').nodeName) !== ''
}

/** Why a Pod failed: what the kubelet says of it, else how its first bad container ended. */
export function failureOf(pod: LiveObject): string {
  const status = sectionOf(pod, 'status')
  const reason = explain({ reason: textIn(status.reason), message: textIn(status.message) }, '')
  return (
    reason ||
    (containersOf(pod)
      .map(badEnd)
      .find((end) => end !== '') ??
      'failed')
  )
}

export function phaseOf(pod: LiveObject): string {
  return textIn(sectionOf(pod, 'status').phase)
}

function badEnd(container: JsonObject): string {
  const end = endOf(objectIn(container.state).terminated)
  return end === '' ? '' : `container ${textIn(container.name)}: ${end}`
}

/** The scheduler's own words; it goes on trying, and a node may come. */
function schedulingTrouble(pod: LiveObject): Diagnosis | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status !== 'False') return undefined
  return diagnosis('progressing', scheduled.reason || 'not scheduled', scheduled.message)
}

function containersOf(pod: LiveObject): readonly JsonObject[] {
  const status = sectionOf(pod, 'status')
  return [...objectsIn(status.initContainerStatuses), ...objectsIn(status.containerStatuses)]
}
