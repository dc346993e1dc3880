import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { type Condition, conditionOf, explain } from './read.ts'
import { degraded, HEALTHY, progressing } from './verdict.ts'

/**
 * Any kind, by the conditions that the conventions name: Stalled and Reconciling say what is not
 * normal, Ready what is. An object without them is healthy.
 */
export function genericHealth(object: LiveObject): Health {
  const stalled = conditionOf(object, 'Stalled')
  if (stalled?.status === 'True') return degraded(explain(stalled, 'stalled'))
  const reconciling = conditionOf(object, 'Reconciling')
  if (reconciling?.status === 'True') return progressing(explain(reconciling, 'reconciling'))
  const ready = conditionOf(object, 'Ready')
  return ready === undefined ? HEALTHY : readyHealth(ready, object.metadata.generation)
}

function readyHealth(ready: Condition, generation: number | undefined): Health {
  const { observedGeneration } = ready
  if (observedGeneration !== undefined && generation !== undefined && observedGeneration < generation)
    return progressing(`generation ${observedGeneration} of ${generation} observed`)
  return ready.status === 'True' ? HEALTHY : progressing(explain(ready, 'not ready'))
}
