import { textIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import { conditionsOf, explain, sectionOf } from '../read.ts'

/** What an object says of itself, in a line: its first condition that is not True, else its phase; else ''. */
export function summaryOf(object: LiveObject): string {
  const { phase, state, message, reason } = sectionOf(object, 'status')
  const lack = conditionsOf(object).find((condition) => condition.status !== 'True')
  const told = lack && explain(lack, '')
  if (told !== undefined && told !== '') return told
  return explain({ reason: textIn(phase) || textIn(state), message: textIn(message) || textIn(reason) }, '')
}
