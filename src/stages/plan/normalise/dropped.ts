import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { own } from '../schema/raw-schema.ts'
import { isBlankBytes } from './bytes.ts'

/**
 * Whether a declared value is like a missing field: null always, empty maps and lists of Kubernetes' own types,
 * zero values of their non-pointer fields, and empty values of fields that are allocated or injected.
 */
export function isDropped(declared: JsonValue, schema: MergeSchema | undefined): boolean {
  if (declared === null) return true
  if (schema === undefined) return false
  if (typeof declared !== 'object')
    return (schema.dropsZero === true && isZero(declared)) || isUnfilled(declared, schema)
  return (schema.dropsEmpty || schema.allocated === true) && isEmpty(declared)
}

export function isZero(value: JsonValue): boolean {
  return value === false || value === 0 || value === ''
}

/** Whether it is empty, or a placeholder such as `Cg==`, which tools write where `""` is refused. */
function isUnfilled(declared: JsonValue, { allocated, format }: MergeSchema): boolean {
  if (allocated !== true || typeof declared !== 'string') return false
  return declared === '' || (format === 'bytes' && isBlankBytes(declared))
}

function isEmpty(value: JsonValue): boolean {
  if (isJsonArray(value)) return value.length === 0
  return isJsonObject(value) && Object.values(value).every((entry) => entry === null)
}

/** Whether the server sets this live value by default where a field is missing. */
export function isDefaulted(live: JsonValue, schema: MergeSchema | undefined): boolean {
  if (live === null) return true
  if (schema === undefined) return false
  if (schema.default !== undefined && covers(schema.default, live, schema)) return true
  return schema.dropsEmpty && isEmpty(live)
}

/**
 * Whether the server set this live value, by default or allocation: undeclaring the field does not remove it.
 */
export function isServers(live: JsonValue, schema: MergeSchema | undefined): boolean {
  return schema?.allocated === true || isDefaulted(live, schema)
}

/** Whether a default becomes the live value, once the fields in it are defaulted in turn. */
function covers(value: JsonValue, live: JsonValue, schema: MergeSchema | undefined): boolean {
  if (isJsonArray(value) && isJsonArray(live)) {
    const items = schema?.items()
    return (
      value.length === live.length && value.every((entry, index) => covers(entry, live[index] ?? null, items))
    )
  }
  if (!isJsonObject(value) || !isJsonObject(live)) return value === live
  const isThere = Object.keys(value).every((key) => Object.hasOwn(live, key))
  return isThere && Object.entries(live).every(([key, entry]) => coversField(value, key, entry, schema))
}

function coversField(
  value: JsonObject,
  key: string,
  live: JsonValue,
  schema: MergeSchema | undefined,
): boolean {
  const field = schema?.field(key)
  const preset = own(value, key)
  return preset === undefined ? isDefaulted(live, field) : covers(preset, live, field)
}
