import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { diagnosePod, failureOf, phaseOf } from '../diagnosis/pod-diagnosis.ts'
import { conditionOf, explain, sectionOf } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/** v1 Pod: healthy once ready, or succeeded where it is to end (restartPolicy Never or OnFailure). */
export function podHealth(object: LiveObject): Health {
  const phase = phaseOf(object)
  if (phase === 'Succeeded') return HEALTHY
  if (phase === 'Failed') return degraded(failureOf(object))
  const diagnosis = diagnosePod(object)
  if (diagnosis?.status === 'degraded') return degraded(diagnosis.text)
  if (isToEnd(object) && phase === 'Running') return progressing('running')
  const ready = conditionOf(object, 'Ready')
  if (ready?.status === 'True') return HEALTHY
  if (diagnosis !== undefined) return progressing(diagnosis.text)
  return progressing(ready ? explain(ready, 'not ready') : `phase ${phase || 'unknown'}`)
}

/** Whether a Pod does its work by ending. */
export function isToEnd(pod: LiveObject): boolean {
  const { restartPolicy } = sectionOf(pod, 'spec')
  return restartPolicy === 'Never' || restartPolicy === 'OnFailure'
}
