import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/** apiextensions.k8s.io/v1 CustomResourceDefinition: healthy once its names are accepted and it is served. */
export function customResourceDefinitionHealth(object: LiveObject): Health {
  const names = conditionOf(object, 'NamesAccepted')
  if (names?.status === 'False') return degraded(explain(names, 'its names are taken'))
  const established = conditionOf(object, 'Established')
  if (established?.status === 'True') return HEALTHY
  return progressing(established ? explain(established, 'not served yet') : 'not served yet')
}
