import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain, numberIn, sectionOf } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/** apps/v1 Deployment: healthy once all replicas are updated and available, and no old ones run. */
export function deploymentHealth(object: LiveObject): Health {
  const failure = conditionOf(object, 'ReplicaFailure')
  if (failure?.status === 'True') return degraded(explain(failure, 'replicas cannot be created'))
  const rollout = conditionOf(object, 'Progressing')
  if (rollout?.reason === 'ProgressDeadlineExceeded') return degraded(explain(rollout, ''))
  return rolloutHealth(object)
}

function rolloutHealth(object: LiveObject): Health {
  const { replicas, paused } = sectionOf(object, 'spec')
  const status = sectionOf(object, 'status')
  const wanted = numberIn(replicas, 1)
  const updated = numberIn(status.updatedReplicas)
  const available = numberIn(status.availableReplicas)
  const old = numberIn(status.replicas) - updated
  if (updated < wanted)
    return progressing(`${updated} of ${wanted} replicas updated${paused ? ', paused' : ''}`)
  if (old > 0) return progressing(`${old} old replicas still running`)
  if (available < wanted) return progressing(`${available} of ${wanted} replicas available`)
  return HEALTHY
}
