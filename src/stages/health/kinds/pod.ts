import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { diagnosePod, failureOf, phaseOf } from '../diagnosis/pod-diagnosis.ts'
import { conditionOf, explain } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/** v1 Pod: healthy once ready or succeeded. */
export function podHealth(object: LiveObject): Health {
  const phase = phaseOf(object)
  if (phase === 'Succeeded') return HEALTHY
  if (phase === 'Failed') return degraded(failureOf(object))
  const diagnosis = diagnosePod(object)
  if (diagnosis?.status === 'degraded') return degraded(diagnosis.text)
  const ready = conditionOf(object, 'Ready')
  if (ready?.status === 'True') return HEALTHY
  if (diagnosis !== undefined) return progressing(diagnosis.text)
  return progressing(ready ? explain(ready, 'not ready') : `phase ${phase || 'unknown'}`)
}
