import { isJsonObject, type JsonValue } from '../../model/json.ts'
import { escapeToken } from '../../model/json-pointer.ts'

/** Applies a JSON merge patch (RFC 7396). */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch
  const merged = new Map(Object.entries(isJsonObject(target) ? target : {}))
  for (const [name, value] of Object.entries(patch))
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  return Object.fromEntries(merged)
}

/** JSON pointers of all that a JSON merge patch sets or removes. */
export function pointersIn(patch: JsonValue, pointer: string): readonly string[] {
  if (!isJsonObject(patch) || Object.keys(patch).length === 0) return [pointer]
  return Object.entries(patch).flatMap(([name, value]) =>
    pointersIn(value, `${pointer}/${escapeToken(name)}`),
  )
}
