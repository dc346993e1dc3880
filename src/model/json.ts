/** Any value that JSON can express (RFC 8259). */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

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

/** Parses a JSON text; undefined where it is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text)
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
