import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { canonicalJson } from '../canonical-json.ts'
import { own, ownList, ownObject } from '../schema/raw-schema.ts'
import type { Defect } from './defect.ts'

const DEEPEST = 100

/**
 * Duplicate elements of lists that are sets or maps by keys (apiextensions.k8s.io/v1,
 * x-kubernetes-list-type).
 */
export function duplicates(value: JsonValue, schema: JsonObject, at = '', depth = 0): readonly Defect[] {
  if (depth > DEEPEST) return []
  if (isJsonArray(value)) {
    const items = ownObject(schema, 'items')
    const below = value.flatMap((item, index) => duplicates(item, items, `${at}/${index}`, depth + 1))
    return [...repeated(value, schema, at), ...below]
  }
  if (!isJsonObject(value)) return []
  const properties = ownObject(schema, 'properties')
  const others = ownObject(schema, 'additionalProperties')
  return Object.entries(value).flatMap(([key, item]) => {
    const property = own(properties, key)
    const inner = isJsonObject(property) ? property : others
    return duplicates(item, inner, `${at}/${escapeToken(key)}`, depth + 1)
  })
}

function repeated(list: readonly JsonValue[], schema: JsonObject, at: string): readonly Defect[] {
  const type = schema['x-kubernetes-list-type']
  if (type !== 'set' && type !== 'map') return []
  const keys = ownList(schema, 'x-kubernetes-list-map-keys')
  const seen = new Set<string>()
  return list.flatMap((item, index) => {
    const identity =
      type === 'set' ? item : keys.map((key) => (isJsonObject(item) ? (item[String(key)] ?? null) : null))
    const text = canonicalJson(identity)
    if (seen.has(text))
      return [
        { code: 'invalid-field', pointer: `${at}/${index}`, message: 'is a duplicate', isOfDecoding: false },
      ]
    seen.add(text)
    return []
  })
}
