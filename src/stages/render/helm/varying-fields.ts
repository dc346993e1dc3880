import { isDeepStrictEqual } from 'node:util'
import type { DeclaredObject } from '../../../model/installation.ts'
import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { gvkOf, idOf, keyOf } from '../../../model/object.ts'
import type { IgnoreRule } from '../../../model/rules.ts'

/**
 * The fields that differ between two renderings of the same input, as ignore rules: they are set once, when
 * the object is created, and then left.
 */
export function varyingFields(
  one: readonly DeclaredObject[],
  other: readonly DeclaredObject[],
): readonly IgnoreRule[] {
  const others = new Map(other.map(({ object }) => [idOf(keyOf(object)), object]))
  return one.flatMap(({ object }) => {
    const twin = others.get(idOf(keyOf(object)))
    const fields = twin ? differing(object as JsonValue, twin as JsonValue, '') : []
    const { group, kind } = gvkOf(object)
    return fields.length === 0
      ? []
      : [{ objects: { group, kind, name: object.metadata.name }, fields, managers: [], once: [] }]
  })
}

function differing(one: JsonValue, other: JsonValue, pointer: string): readonly string[] {
  if (isDeepStrictEqual(one, other)) return []
  if (isJsonObject(one) && isJsonObject(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      differing(one[key] ?? null, other[key] ?? null, `${pointer}/${escapeToken(key)}`),
    )
  if (isJsonArray(one) && isJsonArray(other) && one.length === other.length)
    return one.flatMap((item, index) => differing(item, other[index] ?? null, `${pointer}/${index}`))
  return [pointer]
}
