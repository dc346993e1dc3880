import { isJsonArray, isJsonObject, type JsonValue } from '../../model/json.ts'

/** One text per JSON value: the keys of objects sorted by their UTF-16 units (as RFC 8785), no spaces. */
export function canonicalJson(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  // Text that grows is cheaper than a list of its parts.
  let fields = ''
  for (const key of Object.keys(value).sort()) {
    if (fields !== '') fields += ','
    fields += `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`
  }
  return `{${fields}}`
}
