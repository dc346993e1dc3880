import { objectIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { objectsIn, sectionOf } from '../read.ts'
import { HEALTHY, progressing } from '../verdict.ts'

/** v1 Service: healthy, but for one of type LoadBalancer that has no address yet. */
export function serviceHealth(object: LiveObject): Health {
  if (sectionOf(object, 'spec').type !== 'LoadBalancer') return HEALTHY
  const { ingress } = objectIn(sectionOf(object, 'status').loadBalancer)
  return objectsIn(ingress).length > 0 ? HEALTHY : progressing('the load balancer has no address yet')
}
