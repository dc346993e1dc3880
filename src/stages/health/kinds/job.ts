import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain, numberIn, sectionOf } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/**
 * batch/v1 Job: complete, failed for good (FailureTarget: as soon as its Pods are gone), or still at it.
 * A suspended one is as it was asked to be.
 */
export function jobHealth(object: LiveObject): Health {
  const failed = ['Failed', 'FailureTarget']
    .map((type) => conditionOf(object, type))
    .find((condition) => condition?.status === 'True')
  if (failed !== undefined) return degraded(explain(failed, 'failed'))
  if (conditionOf(object, 'Complete')?.status === 'True') return HEALTHY
  if (sectionOf(object, 'spec').suspend === true) return HEALTHY
  const { active, succeeded, failed: tries } = sectionOf(object, 'status')
  return progressing(
    `${numberIn(active)} active, ${numberIn(succeeded)} succeeded, ${numberIn(tries)} failed`,
  )
}
