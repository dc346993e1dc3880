import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { failureOf, phaseOf, podTrouble } from '../diagnosis/pod-trouble.ts'
import { conditionOf, explain } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/** v1 Pod: ready, or run to its end. */
export function podHealth(object: LiveObject): Health {
  const phase = phaseOf(object)
  if (phase === 'Succeeded') return HEALTHY
  if (phase === 'Failed') return degraded(failureOf(object))
  const trouble = podTrouble(object)
  if (trouble?.status === 'degraded') return degraded(trouble.text)
  const ready = conditionOf(object, 'Ready')
  if (ready?.status === 'True') return HEALTHY
  if (trouble !== undefined) return progressing(trouble.text)
  return progressing(ready ? explain(ready, 'not ready') : `phase ${phase || 'unknown'}`)
}
