import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { printableLines } from '../../../model/printable.ts'
import { bareObject } from '../yaml/bare-object.ts'

/**
 * A document of Reeve's own as an object that clients can show: YAML has no control characters, so that one in any
 * object would keep kubectl from showing them all. The texts have escapes in their place.
 */
export function shownObject(document: JsonObject): JsonObject {
  return shown(document) as JsonObject
}

function shown(value: JsonValue): JsonValue {
  if (typeof value === 'string') return printableLines(value)
  if (isJsonArray(value)) {
    const items = value.map(shown)
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isJsonObject(value)) return value
  const before = Object.entries(value)
  const after = before.map(([key, item]) => [printableLines(key), shown(item)] as const)
  const isSame = after.every(
    ([key, item], index) => key === before[index]?.[0] && item === before[index]?.[1],
  )
  return isSame ? value : Object.assign(bareObject(), Object.fromEntries(after))
}
