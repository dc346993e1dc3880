import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain, numberIn, sectionOf } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/**
 * apps/v1 ReplicaSet and v1 ReplicationController: healthy with as many replicas as wanted, all available.
 */
export function replicaSetHealth(object: LiveObject): Health {
  const failure = conditionOf(object, 'ReplicaFailure')
  if (failure?.status === 'True') return degraded(explain(failure, 'replicas cannot be created'))
  const status = sectionOf(object, 'status')
  const wanted = numberIn(sectionOf(object, 'spec').replicas, 1)
  const available = numberIn(status.availableReplicas)
  if (numberIn(status.replicas) > wanted) return progressing(`${status.replicas} replicas, ${wanted} wanted`)
  if (available < wanted) return progressing(`${available} of ${wanted} replicas available`)
  return HEALTHY
}
