import { isJsonArray, isJsonObject, type JsonValue } from '../../model/json.ts'
import { pointerOf } from '../../model/json-pointer.ts'
import type { Defect } from './defect.ts'

/** Directives of a strategic merge patch (apimachinery, strategicpatch); the latter two end in a field. */
const DIRECTIVE = /^\$(?:patch|retainKeys)$|^\$(?:deleteFromPrimitiveList|setElementOrder)\//

/** The defect of a document that is a patch: a JSON patch (RFC 6902), or with a strategic merge directive. */
export function findPatch(value: JsonValue, pointer: string): Defect | undefined {
  if (isJsonPatch(value)) return { code: 'patch', details: 'a list of JSON patch operations', pointer }
  const found = directiveIn(value)
  return found && { code: 'patch', details: String(found.at(-1)), pointer: `${pointer}${pointerOf(found)}` }
}

function isJsonPatch(value: JsonValue): boolean {
  if (!isJsonArray(value) || value.length === 0) return false
  return value.every((each) => isJsonObject(each) && typeof each.op === 'string' && 'path' in each)
}

/** The keys on the way to the first directive. */
function directiveIn(value: JsonValue): readonly string[] | undefined {
  if (isJsonArray(value)) return directiveInList(value)
  if (!isJsonObject(value)) return undefined
  for (const key in value) {
    if (key.startsWith('$') && DIRECTIVE.test(key)) return [key]
    const found = directiveIn(value[key] ?? null)
    if (found) return [key, ...found]
  }
  return undefined
}

function directiveInList(items: readonly JsonValue[]): readonly string[] | undefined {
  for (let index = 0; index < items.length; index++) {
    const found = directiveIn(items[index] ?? null)
    if (found) return [String(index), ...found]
  }
  return undefined
}
