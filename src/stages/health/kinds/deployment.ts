import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain, numberIn, sectionOf } from '../read.ts'
import { degraded, HEALTHY, progressing, suspended } from '../verdict.ts'

/**
 * apps/v1 Deployment: healthy once all replicas are updated and available, and no old ones run. A paused one
 * does not update its replicas.
 */
export function deploymentHealth(object: LiveObject): Health {
  const failure = conditionOf(object, 'ReplicaFailure')
  if (failure?.status === 'True') return degraded(explain(failure, 'replicas cannot be created'))
  const rollout = conditionOf(object, 'Progressing')
  if (rollout?.reason === 'ProgressDeadlineExceeded') return degraded(explain(rollout, ''))
  const health = rolloutHealth(object)
  return sectionOf(object, 'spec').paused === true ? paused(health) : health
}

function paused(health: Health): Health {
  if (!('message' in health)) return suspended('paused')
  return { ...suspended(`paused: ${health.message}`), isUnfinished: true }
}

function rolloutHealth(object: LiveObject): Health {
  const { replicas } = sectionOf(object, 'spec')
  const status = sectionOf(object, 'status')
  const wanted = numberIn(replicas, 1)
  const updated = numberIn(status.updatedReplicas)
  const available = numberIn(status.availableReplicas)
  const old = numberIn(status.replicas) - updated
  if (updated < wanted) return progressing(`${updated} of ${wanted} replicas updated`)
  if (old > 0) return progressing(`${old} old replicas still running`)
  if (available < wanted) return progressing(`${available} of ${wanted} replicas available`)
  return HEALTHY
}
