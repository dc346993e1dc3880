import { format as formats } from '@cfworker/json-schema'
import { exactNumber } from '../../../model/exact-integer.ts'
import { isJsonNumber, type JsonValue } from '../../../model/json.ts'
import { type Keyword, type Misfit, misfit, unfit, type Visit } from './evaluation.ts'
import { isMatch } from './object-keywords.ts'
import { Patterns } from './pattern.ts'
import { SchemaProblem } from './schema-problem.ts'

/** Keywords for numbers. */
export const numberKeywords: readonly Keyword[] = [bounds, multipleOf]
/** Keywords for texts. */
export const stringKeywords: readonly Keyword[] = [lengths, pattern, format]

/** Maximum length of a pattern in a message, in characters. */
const LONGEST_PATTERN = 100
/** Number of characters counted in the time of one unit. */
const CHARACTERS_PER_UNIT = 16
/** Maximum length of a text whose format is checked, in characters: no format allows longer ones. */
const LONGEST_FORMATTED = 2_048
/** Maximum cost of compiling a value as a pattern, in units. */
const COMPILE_UNITS = 20_000
const MOST_INSTRUCTIONS = 4_096

function bounds(visit: Visit): readonly Misfit[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = visit.node
  const value = numberIn(visit.value)
  return [
    value < numberIn(minimum) && `at least ${minimum}`,
    value > numberIn(maximum) && `at most ${maximum}`,
    value <= numberIn(exclusiveMinimum) && `more than ${exclusiveMinimum}`,
    value >= numberIn(exclusiveMaximum) && `less than ${exclusiveMaximum}`,
  ].flatMap((expected) => (expected === false ? [] : unfit(visit, expected)))
}

/** NaN, which every comparison is false for, where it is no number. */
function numberIn(value: JsonValue | undefined): number | bigint {
  return isJsonNumber(value) ? exactNumber(value) : Number.NaN
}

function multipleOf(visit: Visit): readonly Misfit[] {
  const { multipleOf: divisor } = visit.node
  if (!isJsonNumber(divisor) || isMultiple(numberIn(visit.value), exactNumber(divisor))) return []
  return unfit(visit, `a multiple of ${divisor}`)
}

/** Tolerates rounding: 0.3 is a multiple of 0.1, but not of its nearest double. */
function isMultiple(value: number | bigint, divisor: number | bigint): boolean {
  if (divisor <= 0) return false
  if (typeof value === 'bigint' && Number.isInteger(Number(divisor))) return value % BigInt(divisor) === 0n
  const quotient = Number(value) / Number(divisor)
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * 2 * Number.EPSILON
}

function lengths(visit: Visit): readonly Misfit[] {
  const { minLength, maxLength } = visit.node
  if (minLength === undefined && maxLength === undefined) return []
  const text = String(visit.value)
  visit.evaluation.charge(visit, text.length / CHARACTERS_PER_UNIT)
  const length = codePoints(text)
  return [
    ...(isJsonNumber(minLength) && length < minLength
      ? misfit(visit, `has ${length} characters; expected at least ${minLength}`)
      : []),
    ...(isJsonNumber(maxLength) && length > maxLength
      ? misfit(visit, `has ${length} characters; expected at most ${maxLength}`)
      : []),
  ]
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

function pattern(visit: Visit): readonly Misfit[] {
  const { pattern: text } = visit.node
  if (typeof text !== 'string' || isMatch(visit, text, String(visit.value))) return []
  return unfit(visit, `text that matches ${text.slice(0, LONGEST_PATTERN)}`)
}

function format(visit: Visit): readonly Misfit[] {
  const { format: name } = visit.node
  const text = String(visit.value)
  if (typeof name !== 'string' || !Object.hasOwn(formats, name)) return []
  const length = Math.min(text.length, LONGEST_FORMATTED)
  const units = name === 'regex' ? COMPILE_UNITS : (length / CHARACTERS_PER_UNIT) ** 2
  visit.evaluation.charge(visit, 1 + units)
  if (isOfFormat(name, text)) return []
  return unfit(visit, `text of the format ${name}`)
}

/** The library's formats are patterns of at most quadratic time, except that of URLs. */
function isOfFormat(name: string, text: string): boolean {
  if (text.length > LONGEST_FORMATTED) return false
  if (name === 'regex') return isPattern(text)
  if (name === 'url') return /^(?:https?|ftp):/i.test(text) && URL.canParse(text)
  return formats[name]?.(text) ?? true
}

function isPattern(text: string): boolean {
  try {
    new Patterns(MOST_INSTRUCTIONS).compile(text, '')
    return true
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error
    return false
  }
}
