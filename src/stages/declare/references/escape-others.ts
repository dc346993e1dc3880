import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { bareObject } from '../yaml/bare-object.ts'

const OTHER = /\$\{(?!(?:values|installation)\.)/g

/**
 * Escapes each `${` that does not begin `${values.` or `${installation.`, in keys and texts, so that it stays as it
 * is: scripts are full of them. Unchanged values stay the same objects.
 */
export function escapeOthers(value: JsonValue): JsonValue {
  if (typeof value === 'string') return escapeText(value)
  if (isJsonArray(value)) {
    const items = value.map(escapeOthers)
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [escapeText(key), escapeOthers(item)] as const)
  const isSame = entries.every(([key, item]) => Object.hasOwn(value, key) && item === value[key])
  return isSame ? value : Object.assign(bareObject(), Object.fromEntries(entries))
}

function escapeText(text: string): string {
  return text.includes('${') ? text.replaceAll(OTHER, '$$${') : text
}
