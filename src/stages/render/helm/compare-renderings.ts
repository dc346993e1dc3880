import { isDeepStrictEqual } from 'node:util'
import type { DeclaredObject } from '../../../model/installation.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { idOf, keyOf, type ObjectId } from '../../../model/object.ts'
import { bareObject } from '../../declare/yaml/bare-object.ts'

/** Fields of an object that a chart makes up anew at each rendering, and all others. */
interface Compared {
  /** JSON pointers. */
  readonly varying: readonly string[]
  readonly steady: JsonValue
}

/** What two renderings of the same input have in common, and what not. */
export interface Comparison {
  /** JSON pointers of the fields that differ, by object. */
  readonly varying: ReadonlyMap<ObjectId, readonly string[]>
  /** The objects without these fields. */
  readonly steady: readonly JsonValue[]
}

export function compareRenderings(
  one: readonly DeclaredObject[],
  other: readonly DeclaredObject[],
): Comparison {
  const others = new Map<ObjectId, JsonValue>(
    other.map(({ object }) => [idOf(keyOf(object)), object as JsonObject]),
  )
  const compared = one.map(({ object }): readonly [ObjectId, Compared] => {
    const id = idOf(keyOf(object))
    return [id, compare(object as JsonObject, others.get(id) ?? (object as JsonObject), '')]
  })
  const differing = compared.filter(([, { varying }]) => varying.length > 0)
  return {
    varying: new Map(differing.map(([id, { varying }]) => [id, varying])),
    steady: compared.map(([, { steady }]) => steady),
  }
}

function compare(one: JsonValue, other: JsonValue, pointer: string): Compared {
  if (isDeepStrictEqual(one, other)) return { varying: [], steady: one }
  if (isJsonObject(one) && isJsonObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
    const fields = keys.map((key) => {
      const compared = compare(one[key] ?? null, other[key] ?? null, `${pointer}/${escapeToken(key)}`)
      return [key, compared] as const
    })
    const steady = Object.fromEntries(fields.map(([key, field]) => [key, field.steady]))
    return {
      varying: fields.flatMap(([, { varying }]) => varying),
      steady: Object.assign(bareObject(), steady),
    }
  }
  if (isJsonArray(one) && isJsonArray(other) && one.length === other.length) {
    const items = one.map((item, index) => compare(item, other[index] ?? null, `${pointer}/${index}`))
    return {
      varying: items.flatMap(({ varying }) => varying),
      steady: items.map(({ steady }) => steady),
    }
  }
  return { varying: [pointer], steady: null }
}
