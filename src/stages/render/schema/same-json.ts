import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'

const CHARACTERS_PER_UNIT = 64

/**
 * Whether two JSON values are equal, regardless of the order of their keys.
 *
 * @param charge called for each compared pair; may throw
 */
export function isSameJson(one: JsonValue, other: JsonValue, charge: (units: number) => void): boolean {
  charge(1)
  if (isJsonArray(one))
    return (
      isJsonArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSameJson(item, other[index] ?? null, charge))
    )
  if (typeof one === 'string') charge(one.length / CHARACTERS_PER_UNIT)
  if (!isJsonObject(one)) return one === other
  if (!isJsonObject(other)) return false
  const keys = Object.keys(one)
  charge(keys.length)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSameJson(one[key] ?? null, other[key] ?? null, charge))
  )
}
