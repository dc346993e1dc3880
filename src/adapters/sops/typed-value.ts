import { isUtf8 } from 'node:buffer'
import { exactInteger } from '../../model/exact-integer.ts'
import { formatNumber } from './go-number.ts'

/** A decrypted value, and its text for the MAC. */
export interface TypedValue {
  readonly value: Leaf
  readonly text: string
}

/** A value that SOPS may encrypt. */
export type Leaf = string | number | bigint | boolean

interface Untypable {
  readonly problem: string
}

const integer = /^[-+]?\d{1,32}$/
const float = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/
/** Texts that Go's strconv.ParseBool accepts; SOPS writes `True` and `False`. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false] as const),
])

/**
 * Reads a value of a SOPS type, as kubectl would read it from the output of SOPS: a time is its RFC 3339
 * text.
 * A problem begins with a verb; its subject is the value's path.
 */
export function readTyped(type: string, bytes: Buffer): TypedValue | Untypable {
  if (!isUtf8(bytes)) return { problem: 'holds bytes that are not UTF-8 text' }
  const text = bytes.toString('utf8')
  switch (type) {
    case 'str':
    case 'bytes':
    case 'time':
      return { value: text, text }
    case 'int':
      return readInteger(text)
    case 'float':
      return readFloat(text)
    case 'bool':
      return readBoolean(text)
    default:
      return { problem: `has the type ${type.slice(0, 20)}, which Reeve does not know` }
  }
}

function readInteger(text: string): TypedValue | Untypable {
  if (!integer.test(text)) return { problem: 'is not an integer, contrary to its type' }
  const value = exactInteger(BigInt(text))
  return { value, text: String(value) }
}

function readFloat(text: string): TypedValue | Untypable {
  const value = float.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) return { problem: 'is not a finite number, contrary to its type' }
  return { value: value + 0, text: formatNumber(value) }
}

function readBoolean(text: string): TypedValue | Untypable {
  const value = booleans.get(text)
  if (value === undefined) return { problem: 'is not a boolean, contrary to its type' }
  return { value, text: value ? 'True' : 'False' }
}

/** The text of an unencrypted value for the MAC. */
export function macText(value: Leaf): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'number' ? formatNumber(value) : String(value)
}
