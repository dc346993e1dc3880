import { readInteger, withoutUnderscores } from './number.ts'
import { readPlain } from './plain-scalar.ts'
import { isProblem, type Problem, type Scalar } from './problem.ts'

const noString: Problem = { code: 'yaml-unsupported', details: 'a key that is null, a list or a mapping' }

/**
 * Reads a key without quotes and tag as kubectl converts it to a string: `0x10` is "16", `yes` is "true",
 * `2.50` is "2.5" (sigs.k8s.io/yaml, convertToJSONableObject).
 */
export function readPlainKey(text: string): string | Problem {
  const value = readPlain(text)
  if (typeof value === 'string') return value
  const exact = readInteger(withoutUnderscores(text))
  if (exact !== undefined) return String(exact)
  return isProblem(value) ? value : keyOf(value)
}

/** The key from a value, such as that of an alias or of a tagged scalar. */
export function keyOf(value: Scalar | object): string | Problem {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return String(readInteger(String(value)) ?? floatKey(Number(value)))
  return typeof value === 'number' ? floatKey(value) : noString
}

/** Go's strconv.FormatFloat(value, 'g', -1, 32): the shortest text that parses to the same float32. */
function floatKey(value: number): string {
  const single = Math.fround(value)
  if (single === 0) return '0'
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf'
  let digits = 1
  while (Math.fround(Number(single.toExponential(digits - 1))) !== single) digits += 1
  const [mantissa = '', exponent = '0'] = single.toExponential(digits - 1).split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${exponent}`))
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
