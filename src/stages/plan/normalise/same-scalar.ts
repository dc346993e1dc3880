import { isJsonNumber, type JsonValue } from '../../../model/json.ts'
import type { ScalarFormat } from '../../../model/schema.ts'
import { sameBytes } from './bytes.ts'
import { parseDuration } from './duration.ts'
import { keptInteger } from './kept-integer.ts'
import { parseQuantity } from './quantity.ts'
import { sameTime } from './time.ts'

/**
 * Whether the API server would write the scalar `declared` as `live`. An int-or-string keeps its
 * type: 80 and "80" differ, and the server treats them differently.
 */
export function sameScalar(declared: JsonValue, live: JsonValue, format: ScalarFormat): boolean {
  if (declared === live) return true
  if (typeof declared === 'bigint' && keptInteger(declared, format) === live) return true
  if (format === 'quantity') return sameParsed(declared, live, parseQuantity)
  if (typeof declared !== 'string' || typeof live !== 'string') return false
  switch (format) {
    case 'duration':
      return sameParsed(declared, live, parseDuration)
    case 'time':
      return sameTime(declared, live)
    case 'bytes':
      return sameBytes(declared, live)
    default:
      return false
  }
}

/** Compares parsed values; a quantity may also be a JSON number. */
function sameParsed(one: JsonValue, other: JsonValue, parse: (text: string) => bigint | undefined): boolean {
  const a = textOf(one)
  const b = textOf(other)
  const parsed = a === undefined ? undefined : parse(a)
  return parsed !== undefined && b !== undefined && parsed === parse(b)
}

function textOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value
  return isJsonNumber(value) ? String(value) : undefined
}
