import { isJsonObject, type JsonObject } from '../../../model/json.ts'
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
