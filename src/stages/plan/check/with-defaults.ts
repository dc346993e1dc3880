import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { own, ownObject } from '../schema/raw-schema.ts'

const DEEPEST = 100

/** The value with its schema's defaults for missing fields (apiextensions.k8s.io/v1, defaulting). */
export function withDefaults(value: JsonValue, schema: JsonObject, depth = 0): JsonValue {
  if (depth > DEEPEST) return value
  if (isJsonArray(value)) {
    const items = ownObject(schema, 'items')
    return value.map((item) => withDefaults(item, items, depth + 1))
  }
  return isJsonObject(value) ? objectWithDefaults(value, schema, depth) : value
}

function objectWithDefaults(value: JsonObject, schema: JsonObject, depth: number): JsonObject {
  const properties = ownObject(schema, 'properties')
  const others = ownObject(schema, 'additionalProperties')
  const filled = new Map<string, JsonValue>()
  for (const [key, item] of Object.entries(value)) {
    const property = own(properties, key)
    const inner = isJsonObject(property) ? property : others
    // A null counts as missing where the field is not nullable.
    if (item === null && isJsonObject(property) && property.nullable !== true) continue
    filled.set(key, withDefaults(item, inner, depth + 1))
  }
  for (const [key, property] of Object.entries(properties)) {
    const missing = isJsonObject(property) && !filled.has(key) ? own(property, 'default') : undefined
    if (missing !== undefined) filled.set(key, withDefaults(missing, property as JsonObject, depth + 1))
  }
  return Object.fromEntries(filled)
}
