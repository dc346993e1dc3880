import type { JsonObject } from '../../../model/json.ts'
import { objectIn, textIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import { conditionOf, explain, objectsIn, sectionOf } from '../read.ts'
import { diagnoseContainer, endOf } from './container-diagnosis.ts'
import { type Diagnosis, diagnosis } from './diagnosis.ts'

/** Why a v1 Pod does not run, by its status alone; Events may tell more. */
export function diagnosePod(pod: LiveObject): Diagnosis | undefined {
  if (phaseOf(pod) === 'Failed') return diagnosis('progressing', failureOf(pod))
  if (phaseOf(pod) === 'Succeeded') return undefined
  const troubles = containersOf(pod).flatMap((container) => diagnoseContainer(container) ?? [])
  return troubles.find(({ status }) => status === 'degraded') ?? schedulingTrouble(pod) ?? troubles[0]
}

/** Whether a Pod is on a node and still not ready, for a reason that its status does not show. */
export function isSilent(pod: LiveObject): boolean {
  if (conditionOf(pod, 'Ready')?.status === 'True' || diagnosePod(pod) !== undefined) return false
  return phaseOf(pod) !== 'Succeeded' && textIn(sectionOf(pod, 'spec').nodeName) !== ''
}

/** Why a Pod failed: the kubelet's reason, else how its first failed container ended. */
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

/** The scheduler's message; it keeps trying, and a node may become free. */
function schedulingTrouble(pod: LiveObject): Diagnosis | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status !== 'False') return undefined
  const found = diagnosis('progressing', scheduled.reason || 'not scheduled', scheduled.message)
  return scheduled.reason === 'Unschedulable' ? { ...found, isExtraordinary: true } : found
}

function containersOf(pod: LiveObject): readonly JsonObject[] {
  const status = sectionOf(pod, 'status')
  return [...objectsIn(status.initContainerStatuses), ...objectsIn(status.containerStatuses)]
}
