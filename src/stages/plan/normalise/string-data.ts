import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'

/**
 * Folds a Secret as the API server does: stringData overwrites data as base64 and is removed (core/v1
 * Secret); null counts as absent. Any other object, and a stringData that is not a map of strings, stays as
 * it is.
 */
export function foldStringData(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object
  const { stringData, ...rest } = object
  if (stringData === null) return rest as KubernetesObject
  if (!isJsonObject(stringData)) return object
  const folded = encoded(stringData as JsonObject)
  return folded ? ({ ...rest, data: overlaid(rest.data, folded) } as KubernetesObject) : object
}

function encoded(stringData: JsonObject): ReadonlyMap<string, string> | undefined {
  const entries = new Map<string, string>()
  for (const [key, value] of Object.entries(stringData)) {
    if (value === null) continue
    if (typeof value !== 'string') return undefined
    entries.set(key, Buffer.from(value, 'utf8').toString('base64'))
  }
  return entries
}

function overlaid(data: unknown, entries: ReadonlyMap<string, string>): JsonObject {
  const result: Record<string, JsonValue> = Object.assign(Object.create(null), isJsonObject(data) ? data : {})
  for (const [key, value] of entries) result[key] = value
  return result
}
