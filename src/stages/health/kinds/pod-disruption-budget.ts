import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain } from '../read.ts'
import { HEALTHY, progressing } from '../verdict.ts'

/**
 * policy/v1 PodDisruptionBudget: healthy while its controller can compute the allowed disruptions. The
 * workload reports unhealthy Pods.
 */
export function podDisruptionBudgetHealth(object: LiveObject): Health {
  const allowed = conditionOf(object, 'DisruptionAllowed')
  return allowed?.reason === 'SyncFailed' ? progressing(explain(allowed, '')) : HEALTHY
}
