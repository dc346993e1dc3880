import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { sameScalar } from '../normalise/same-scalar.ts'

/**
 * Whether the API server would consider two values of a field different after defaulting and normalising: it
 * restores fields that `after` lacks, treats empty as missing, and `1Gi` as `1024Mi`.
 */
export function surelyDiffers(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (after === undefined || after === null || before === after) return false
  if (before === undefined || before === null) return !isEmpty(after)
  if (isJsonArray(before) && isJsonArray(after)) return listsDiffer(before, after)
  if (isJsonObject(before) && isJsonObject(after)) return objectsDiffer(before, after)
  return !sameScalar(after, before, 'quantity')
}

function listsDiffer(before: readonly JsonValue[], after: readonly JsonValue[]): boolean {
  return before.length !== after.length || after.some((item, index) => surelyDiffers(before[index], item))
}

function objectsDiffer(before: JsonObject, after: JsonObject): boolean {
  return Object.keys(after).some((key) =>
    surelyDiffers(Object.hasOwn(before, key) ? before[key] : undefined, after[key]),
  )
}

function isEmpty(value: JsonValue): boolean {
  if (isJsonArray(value)) return value.every(isEmpty)
  if (isJsonObject(value)) return Object.values(value).every(isEmpty)
  return value === null || value === '' || value === 0 || value === false
}
