import { exactInteger } from '../../../model/exact-integer.ts'

const integer = /^([-+]?)(0[xX](?=[0-9a-fA-F])|0[bB](?=[01])|0[oO](?=[0-7])|0(?=[0-7])|)0*([0-9a-fA-F]*)$/
const digitsOf = { x: /^[0-9a-fA-F]*$/, b: /^[01]*$/, o: /^[0-7]*$/, d: /^[0-9]*$/ }
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const fraction = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/
const longest = 64
const maxUint64 = 2n ** 64n - 1n
const minInt64 = -(2n ** 63n)

/**
 * Reads a plain scalar as go-yaml v2 reads numbers (its resolve.go); undefined where it is none. `0644`,
 * `0o644` and `0x1a4` are integers in base 8, 8 and 16, `0999` is 999, underscores are ignored, sexagesimals
 * (`1:30`) are strings, and so are numbers beyond float64 (`1e400`). Integers beyond 64 bits, which go-yaml
 * rounds, stay as written.
 */
export function readNumber(text: string): number | bigint | undefined {
  if (text.charCodeAt(0) === 46) return readFraction(text)
  const plain = withoutUnderscores(text)
  const whole = readInteger(plain)
  if (whole !== undefined) return whole
  if (!float.test(plain)) return undefined
  const value = Number(plain) + 0
  if (!Number.isFinite(value)) return undefined
  return /[.eE]/.test(plain) ? value : exactInteger(BigInt(plain))
}

/** A number that begins with a point goes through Go's ParseFloat, which accepts `_` between digits only. */
function readFraction(text: string): number | undefined {
  const value = fraction.test(text) ? Number(withoutUnderscores(text)) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

export function withoutUnderscores(text: string): string {
  return text.includes('_') ? text.replaceAll('_', '') : text
}

/** Reads an integer of at most 64 bits, signed or not. */
export function readInteger(plain: string): number | bigint | undefined {
  const [, sign, prefix, digits] = integer.exec(plain) ?? []
  if (digits === undefined || prefix === undefined || plain === sign) return undefined
  const base = baseOf(prefix)
  if (digits.length > longest || !digitsOf[base].test(digits)) return undefined
  if (base === 'd' && digits.length < 16) return Number(plain) + 0
  const magnitude = BigInt(base === 'd' ? `0${digits}` : `0${base}0${digits}`)
  const value = sign === '-' ? -magnitude : magnitude
  return value > maxUint64 || value < minInt64 ? undefined : exactInteger(value)
}

function baseOf(prefix: string): keyof typeof digitsOf {
  if (prefix === '') return 'd'
  if (prefix === '0') return 'o'
  const letter = prefix.charAt(1).toLowerCase()
  return letter === 'x' || letter === 'b' ? letter : 'o'
}
