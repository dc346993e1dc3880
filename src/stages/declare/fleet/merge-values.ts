import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { bareObject } from '../yaml/bare-object.ts'

/** Later ones win: mappings are merged, all else is replaced; null removes what was there (as in Helm). */
export function mergeValues(...all: readonly JsonObject[]): JsonObject {
  return all.filter((values) => Object.keys(values).length > 0).reduce(merge, {})
}

function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged = Object.assign(bareObject(), under)
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isJsonObject(below) && isJsonObject(value) ? merge(below, value) : value
  }
  return merged
}

/** A value by its words; undefined where there is none. */
export function valueAt(values: JsonValue, words: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = values
  for (const word of words) {
    if (Array.isArray(value)) value = /^\d+$/.test(word) ? value[Number(word)] : undefined
    else value = isJsonObject(value) && Object.hasOwn(value, word) ? value[word] : undefined
    if (value === undefined) return undefined
  }
  return value
}
