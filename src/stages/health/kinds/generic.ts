import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { type Condition, conditionOf, explain } from '../read.ts'
import { degraded, HEALTHY, progressing, type Unhealthy } from '../verdict.ts'

/**
 * Any kind, by the conventional conditions: Stalled and Reconciling report an abnormal state, Ready the
 * normal one. An object without them is healthy.
 */
export function genericHealth(object: LiveObject): Health {
  const stalled = conditionOf(object, 'Stalled')
  const reconciling = conditionOf(object, 'Reconciling')
  const ready = conditionOf(object, 'Ready')
  const old = outdated([stalled, reconciling, ready], object.metadata.generation)
  if (old !== undefined) return old
  if (stalled?.status === 'True') return degraded(explain(stalled, 'stalled'))
  if (reconciling?.status === 'True') return progressing(explain(reconciling, 'reconciling'))
  if (ready === undefined || ready.status === 'True') return HEALTHY
  return progressing(explain(ready, 'not ready'))
}

/** A condition may be of an older generation than the object. */
function outdated(conditions: readonly (Condition | undefined)[], generation = 0): Unhealthy | undefined {
  const observed = conditions.map((condition) => condition?.observedGeneration ?? generation)
  const oldest = Math.min(...observed)
  return oldest < generation ? progressing(`generation ${oldest} of ${generation} observed`) : undefined
}
