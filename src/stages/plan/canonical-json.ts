import { isJsonArray, isJsonObject, type JsonValue, writeJson } from '../../model/json.ts'

/** Canonical text of a JSON value: object keys sorted by their UTF-16 units (as RFC 8785), no spaces. */
export function canonicalJson(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return writeJson(value)
  // Appending to a string is cheaper than joining a list of parts.
  let fields = ''
  for (const key of Object.keys(value).sort()) {
    if (fields !== '') fields += ','
    fields += `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`
  }
  return `{${fields}}`
}
