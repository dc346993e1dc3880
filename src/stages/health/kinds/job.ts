import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { conditionOf, explain, numberIn, sectionOf } from '../read.ts'
import { degraded, HEALTHY, progressing, suspended } from '../verdict.ts'

/**
 * batch/v1 Job: complete, failed for good (FailureTarget says so before its Pods are gone), suspended, or
 * running.
 */
export function jobHealth(object: LiveObject): Health {
  const failed = ['Failed', 'FailureTarget']
    .map((type) => conditionOf(object, type))
    .find((condition) => condition?.status === 'True')
  if (failed !== undefined) return degraded(explain(failed, 'failed'))
  if (conditionOf(object, 'Complete')?.status === 'True') return HEALTHY
  if (sectionOf(object, 'spec').suspend === true) return suspended('suspended')
  const { active, succeeded, failed: tries } = sectionOf(object, 'status')
  return progressing(
    `${numberIn(active)} active, ${numberIn(succeeded)} succeeded, ${numberIn(tries)} failed`,
  )
}
