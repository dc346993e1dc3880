import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { sectionOf } from '../read.ts'
import { HEALTHY, suspended } from '../verdict.ts'

/** batch/v1 CronJob: healthy where it is not suspended; its Jobs report how they end. */
export function cronJobHealth(object: LiveObject): Health {
  return sectionOf(object, 'spec').suspend === true ? suspended('suspended') : HEALTHY
}
