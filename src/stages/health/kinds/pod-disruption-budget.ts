import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain } from '../read.ts'
import { HEALTHY, progressing } from '../verdict.ts'

/**
 * policy/v1 PodDisruptionBudget: its controller can tell how many disruptions it allows. That some Pods
 * of it are not healthy is said by whoever makes them.
 */
export function podDisruptionBudgetHealth(object: LiveObject): Health {
  const allowed = conditionOf(object, 'DisruptionAllowed')
  return allowed?.reason === 'SyncFailed' ? progressing(explain(allowed, '')) : HEALTHY
}
