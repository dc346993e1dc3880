import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { builtInJudge } from './built-in-judge.ts'
import { unsettledHealth } from './unsettled-health.ts'

/** Reads the shipped rules where an object needs them. */
const judge = builtInJudge()

/** Health of an object from its own status, by what is built in. */
export function healthOf(object: LiveObject): Health {
  return unsettledHealth(object) ?? judge(object)
}
