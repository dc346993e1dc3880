import { isJsonArray, isJsonObject, type JsonValue } from '../model/json.ts'

/** One text per JSON value: the keys of objects sorted by their UTF-16 units (as RFC 8785), no spaces. */
export function canonicalJson(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`)
  return `{${fields.join(',')}}`
}
