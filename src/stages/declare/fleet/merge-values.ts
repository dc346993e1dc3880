import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import { bareObject } from '../yaml/bare-object.ts'

/**
 * Merges values; later ones win: mappings are merged, everything else is replaced, also by null, which unsets
 * a default in Helm.
 */
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
