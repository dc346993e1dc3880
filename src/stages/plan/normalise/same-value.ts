import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { ListMerge } from '../../../model/schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { elementKey, indexList } from '../schema/list-index.ts'
import { own } from '../schema/raw-schema.ts'
import { isDropped, isServers, isZero } from './dropped.ts'
import { sameScalar } from './same-scalar.ts'

/**
 * Whether the API server would answer `live` to a write of `declared` as one value: equal but for normalised,
 * dropped and defaulted fields. Other fields in `live` are a difference.
 */
export function sameValue(
  declared: JsonValue,
  live: JsonValue | undefined,
  schema: MergeSchema | undefined,
): boolean {
  if (declared === live) return true
  if (live === undefined || live === null) return isDropped(declared, schema)
  if (isDropped(declared, schema) && isServers(live, schema)) return true
  if (declared === null) return isZero(live) // as Go decodes a null in a list or map
  if (isJsonArray(declared)) return isJsonArray(live) && sameList(declared, live, schema)
  if (isJsonObject(declared)) return isJsonObject(live) && sameObject(declared, live, schema)
  return sameScalar(declared, live, schema?.format ?? 'plain')
}

function sameObject(declared: JsonObject, live: JsonObject, schema: MergeSchema | undefined): boolean {
  for (const key of Object.keys(declared)) {
    if (!sameValue(declared[key] ?? null, own(live, key), schema?.field(key))) return false
  }
  for (const key of Object.keys(live)) {
    if (!Object.hasOwn(declared, key) && !isServers(live[key] ?? null, schema?.field(key))) return false
  }
  return true
}

function sameList(
  declared: readonly JsonValue[],
  live: readonly JsonValue[],
  schema: MergeSchema | undefined,
): boolean {
  if (declared.length !== live.length) return false
  const items = schema?.items()
  const positions = schema ? positionsIn(live, declared, schema.list) : undefined
  return declared.every((element, index) => sameValue(element, live[positions?.[index] ?? index], items))
}

/** Index of each declared element of a map list or set in the live list; -1 where it is missing. */
function positionsIn(
  live: readonly JsonValue[],
  declared: readonly JsonValue[],
  merge: ListMerge,
): readonly number[] | undefined {
  const index = indexList(live, merge)
  if (!index || !indexList(declared, merge)) return undefined
  return declared.map((element) => index.get(elementKey(element, merge) ?? '') ?? -1)
}
