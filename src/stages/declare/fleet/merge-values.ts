import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import { bareObject } from '../yaml/bare-object.ts'

/**
 * Merges values; later ones win: mappings are merged, everything else is replaced, also by null, which unsets
 * a default in Helm. Alone, values are themselves.
 */
export function mergeValues(...all: readonly JsonObject[]): JsonObject {
  const [first, ...others] = all.filter((values) => Object.keys(values).length > 0)
  return first === undefined ? {} : others.reduce(merge, first)
}

function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged = Object.assign(bareObject(), under)
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isJsonObject(below) && isJsonObject(value) ? merge(below, value) : value
  }
  return merged
}
