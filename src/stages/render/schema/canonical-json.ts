import { isJsonArray, isJsonObject, type JsonValue, writeJson } from '../../../model/json.ts'

const CHARACTERS_PER_UNIT = 64

/**
 * A text that is equal for equal JSON values, regardless of the order of their keys.
 *
 * @param charge called for each value in it; may throw
 */
export function canonicalJson(value: JsonValue, charge: (units: number) => void): string {
  if (isJsonArray(value)) {
    charge(1 + value.length)
    return `[${value.map((item) => canonicalJson(item, charge)).join(',')}]`
  }
  if (!isJsonObject(value)) {
    charge(1 + (typeof value === 'string' ? value.length / CHARACTERS_PER_UNIT : 0))
    return writeJson(value)
  }
  const keys = Object.keys(value).sort()
  charge(1 + keys.length)
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null, charge)}`).join(',')}}`
}
