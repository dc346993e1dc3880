import type { JsonObject, JsonValue } from '../../../model/json.ts'
import { ownList } from '../schema/raw-schema.ts'

/** Whether a value fits a schema; undefined where that cannot be determined here. */
export type Fits = (schema: JsonValue) => boolean | undefined

export interface Combinations {
  readonly problems: readonly string[]
  /** Whether some combination cannot be determined, and may be violated, too. */
  readonly isUnsure: boolean
}

const KEYWORDS = ['allOf', 'anyOf', 'oneOf', 'not'] as const
const FINE: Combinations = { problems: [], isUnsure: false }

/** Violations of allOf, anyOf, oneOf and not, each in three-valued logic: in doubt, there is none. */
export function combinationsOf(schema: JsonObject, fits: Fits): Combinations {
  if (!KEYWORDS.some((keyword) => Object.hasOwn(schema, keyword))) return FINE
  const answers = [
    [isAll(ownList(schema, 'allOf').map(fits)), 'does not match all of its schemas'],
    [isAny(ownList(schema, 'anyOf').map(fits)), 'matches none of its schemas'],
    [isOne(ownList(schema, 'oneOf').map(fits)), 'does not match exactly one of its schemas'],
    [isNot(schema, fits), 'matches a schema that it must not match'],
  ] as const
  return {
    problems: answers.filter(([holds]) => holds === false).map(([, problem]) => problem),
    isUnsure: answers.some(([holds]) => holds === undefined),
  }
}

type Answers = readonly (boolean | undefined)[]

function isAll(answers: Answers): boolean | undefined {
  if (answers.includes(false)) return false
  return answers.includes(undefined) ? undefined : true
}

function isAny(answers: Answers): boolean | undefined {
  if (answers.length === 0 || answers.includes(true)) return true
  return answers.includes(undefined) ? undefined : false
}

function isOne(answers: Answers): boolean | undefined {
  if (answers.length === 0) return true
  const fitting = answers.filter((answer) => answer === true).length
  if (fitting > 1) return false
  return answers.includes(undefined) ? undefined : fitting === 1
}

function isNot(schema: JsonObject, fits: Fits): boolean | undefined {
  const answer = Object.hasOwn(schema, 'not') ? fits(schema.not ?? null) : false
  return answer === undefined ? undefined : !answer
}
