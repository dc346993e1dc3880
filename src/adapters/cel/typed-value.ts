import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  writeJson,
} from '../../model/json.ts'
import { celNumberOf } from './cel-number.ts'
import { ruleName } from './rule-name.ts'

/** Maximum depth: no object of Kubernetes is as deep. */
const DEEPEST = 100
/** RFC 3339, to the millisecond: a Date holds no more. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A value that differs in the rules of the API server: reading it fails. */
class Untold {}

const UNTOLD = new Untold()

/**
 * A JSON value as the rules of x-kubernetes-validations see it: its schema says whether a number is int
 * or double and a text a time or bytes, and its fields have the names that ruleName gives them.
 *
 * @param isSorted whether lists that compare as sets or by keys (x-kubernetes-list-type) come in an order
 * that depends on their elements alone
 */
export function typedValueOf(value: JsonValue, schema: JsonObject, isSorted: boolean, depth = 0): unknown {
  if (depth > DEEPEST) return UNTOLD
  if (isJsonNumber(value)) return typedNumber(value, schema)
  if (typeof value === 'string') return typedText(value, schema)
  if (isJsonArray(value)) {
    const items = isJsonObject(schema.items) ? schema.items : {}
    const ordered = isSorted && isUnordered(schema) ? sorted(value, schema) : value
    return ordered.map((item) => typedValueOf(item, items, isSorted, depth + 1))
  }
  if (!isJsonObject(value)) return value
  const fieldOf = typedField(schema, isSorted, depth + 1)
  return new Map(Object.entries(value).map(([key, item]) => fieldOf(key, item)))
}

function typedField(schema: JsonObject, isSorted: boolean, depth: number) {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const others = isJsonObject(schema.additionalProperties) ? schema.additionalProperties : {}
  return (key: string, item: JsonValue): readonly [string, unknown] => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (!isJsonObject(property)) return [key, typedValueOf(item, others, isSorted, depth)]
    return [ruleName(key), typedValueOf(item, property, isSorted, depth)]
  }
}

function typedNumber(value: number | bigint, { type }: JsonObject): unknown {
  if (type === 'number') return Number(value)
  const whole = celNumberOf(value)
  return typeof whole === 'bigint' ? whole : UNTOLD
}

function typedText(value: string, { type, format }: JsonObject): unknown {
  if (type !== 'string') return value
  switch (format) {
    case 'date-time':
      return DATE_TIME.test(value) && !Number.isNaN(Date.parse(value)) ? new Date(value) : UNTOLD
    case 'byte':
      return BASE64.test(value) ? new Uint8Array(Buffer.from(value, 'base64')) : UNTOLD
    case 'date':
    case 'duration':
      return UNTOLD
    default:
      return value
  }
}

/** Whether lists of this schema compare regardless of order. */
export function isUnordered(schema: JsonObject): boolean {
  const type = schema['x-kubernetes-list-type']
  return type === 'set' || type === 'map'
}

function sorted(list: readonly JsonValue[], schema: JsonObject): readonly JsonValue[] {
  const names = schema['x-kubernetes-list-map-keys']
  const keys = isJsonArray(names) ? names : []
  const keyed = list.map((item) => ({ item, key: writeJson(keyOf(item, keys)) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ item }) => item)
}

function keyOf(item: JsonValue, keys: readonly JsonValue[]): JsonValue {
  if (keys.length === 0 || !isJsonObject(item)) return item
  return keys.map((key) => item[String(key)] ?? null)
}
