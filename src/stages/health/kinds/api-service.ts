import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain } from '../read.ts'
import { HEALTHY, progressing } from '../verdict.ts'

/** apiregistration.k8s.io/v1 APIService: healthy once the API server behind it answers. */
export function apiServiceHealth(object: LiveObject): Health {
  const available = conditionOf(object, 'Available')
  if (available?.status === 'True') return HEALTHY
  return progressing(available ? explain(available, 'not available') : 'not available yet')
}
