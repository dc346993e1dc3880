import { exactInteger } from './exact-integer.ts'
import { hasLongInteger } from './has-long-integer.ts'

declare global {
  interface JSON {
    /** What JSON.stringify writes as this text (the proposal "JSON.parse source text access"). */
    rawJSON(text: string): object
  }
}

/**
 * Any value that JSON can express (RFC 8259). An integer is a bigint where no number is written with its digits,
 * so it has to be written by writeJson.
 */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject

/**
 * A JSON object. Objects from outside (Git, the cluster, a webhook) are made without a prototype or by
 * JSON.parse, so that a key such as `__proto__` is a key like any other.
 */
export interface JsonObject {
  readonly [key: string]: JsonValue
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value)
}

export function isJsonNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/**
 * Parses a JSON text, integers exactly but for those in thousands of levels.
 *
 * @throws SyntaxError where it is not JSON
 */
export function readJson(text: string): JsonValue {
  if (!hasLongInteger(text)) return JSON.parse(text)
  try {
    return JSON.parse(text, withExactInteger)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return JSON.parse(text) // which needs no stack
  }
}

function withExactInteger(
  _key: string,
  value: unknown,
  { source }: { readonly source?: string } = {},
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
  return Number.isFinite(value) && /^-?\d+$/.test(source) ? exactInteger(BigInt(source)) : value
}

/** Writes a value as JSON.stringify does, which refuses a bigint: only values with one are written twice. */
export function writeJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return JSON.stringify(value, asWritten, indent)
  }
}

function asWritten(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value
}

/** Parses a JSON text as readJson does; undefined where it is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return readJson(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}

const NOTHING: JsonObject = Object.freeze(Object.create(null))

/** The value if it is an object, else an object without fields. */
export function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : NOTHING
}

/** The value if it is a string, else ''. */
export function textIn(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
