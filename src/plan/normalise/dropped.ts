import { isJsonArray, isJsonObject, type JsonValue } from '../../model/json.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'

/**
 * Whether a declared value and a missing field are the same to the API server: null always, empty
 * maps and lists of Kubernetes' own types, zero values of their fields that are no pointers.
 */
export function isDropped(declared: JsonValue, schema: MergeSchema | undefined): boolean {
  if (declared === null) return true
  if (schema === undefined) return false
  if (typeof declared !== 'object') {
    return schema.dropsZero === true && (declared === false || declared === 0 || declared === '')
  }
  return schema.dropsEmpty && isEmpty(declared)
}

function isEmpty(value: JsonValue): boolean {
  if (isJsonArray(value)) return value.length === 0
  return isJsonObject(value) && Object.values(value).every((entry) => entry === null)
}

/** Whether the server itself puts the live value where a field is missing. */
export function isDefaulted(live: JsonValue, schema: MergeSchema | undefined): boolean {
  if (live === null) return true
  if (schema?.default !== undefined && covers(schema.default, live)) return true
  return (schema?.dropsEmpty ?? false) && isEmpty(live)
}

/** Plain equality; a default of {} stands for what is empty, whatever is nulled in it. */
function covers(value: JsonValue, live: JsonValue): boolean {
  if (isJsonArray(value) && isJsonArray(live)) {
    return value.length === live.length && value.every((entry, index) => covers(entry, live[index] ?? null))
  }
  if (!isJsonObject(value) || !isJsonObject(live)) return value === live
  return (
    Object.keys(value).length === Object.keys(live).length &&
    Object.entries(value).every(([key, entry]) => covers(entry, live[key] ?? null))
  )
}
