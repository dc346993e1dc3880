import type { JsonObject } from '../../model/json.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { conditionOf, explain, objectIn, objectsIn, sectionOf, textIn } from './read.ts'
import { degraded, HEALTHY, progressing } from './verdict.ts'

/** Why a container waits that will not start without somebody's help (kubelet). */
const STUCK = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImageInspectError',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
])

/** v1 Pod: ready, or run to its end. */
export function podHealth(object: LiveObject): Health {
  const status = sectionOf(object, 'status')
  if (status.phase === 'Succeeded') return HEALTHY
  if (status.phase === 'Failed') return degraded(failureOf(object))
  const stuck = containersOf(status)
    .map(stuckReason)
    .find((reason) => reason !== undefined)
  if (stuck !== undefined) return degraded(stuck)
  return waitingHealth(object)
}

function waitingHealth(object: LiveObject): Health {
  const ready = conditionOf(object, 'Ready')
  if (ready?.status === 'True') return HEALTHY
  const scheduled = conditionOf(object, 'PodScheduled')
  if (scheduled?.status === 'False') return progressing(explain(scheduled, 'not scheduled'))
  return progressing(
    ready ? explain(ready, 'not ready') : `phase ${textIn(sectionOf(object, 'status').phase) || 'unknown'}`,
  )
}

function containersOf(status: JsonObject): readonly JsonObject[] {
  return [...objectsIn(status.initContainerStatuses), ...objectsIn(status.containerStatuses)]
}

function stuckReason(container: JsonObject): string | undefined {
  const waiting = objectIn(objectIn(container.state).waiting)
  const reason = textIn(waiting.reason)
  if (!STUCK.has(reason)) return undefined
  return `container ${textIn(container.name)}: ${explain({ reason, message: textIn(waiting.message) }, reason)}`
}

function failureOf(object: LiveObject): string {
  const status = sectionOf(object, 'status')
  const reason = explain({ reason: textIn(status.reason), message: textIn(status.message) }, '')
  return (
    reason ||
    (containersOf(status)
      .map(exitOf)
      .find((exit) => exit !== undefined) ??
      'failed')
  )
}

function exitOf(container: JsonObject): string | undefined {
  const { exitCode, reason } = objectIn(objectIn(container.state).terminated)
  if (typeof exitCode !== 'number' || exitCode === 0) return undefined
  return `container ${textIn(container.name)}: ${textIn(reason) || 'ended'} with exit code ${exitCode}`
}
