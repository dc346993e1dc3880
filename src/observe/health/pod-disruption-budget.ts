import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { numberIn, sectionOf } from './read.ts'
import { HEALTHY, progressing } from './verdict.ts'

/** policy/v1 PodDisruptionBudget: as many healthy Pods as it asks for. */
export function podDisruptionBudgetHealth(object: LiveObject): Health {
  const status = sectionOf(object, 'status')
  const healthy = numberIn(status.currentHealthy)
  const wanted = numberIn(status.desiredHealthy)
  return healthy < wanted ? progressing(`${healthy} of ${wanted} Pods healthy`) : HEALTHY
}
