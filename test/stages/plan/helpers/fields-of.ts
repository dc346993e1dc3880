import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import { elementFields, keysOf, type Shape } from './shapes.ts'
import { below } from './world.ts'

/** FieldsV1 of a writer that set exactly this value, as server-side apply would record it. */
export function fieldsOf(value: JsonValue, shape: Shape): JsonObject {
  if (isJsonArray(value)) return elementsOf(value, shape)
  if (!isJsonObject(value) || (shape.type === 'object' && shape.atomic)) return {}
  const set = Object.entries(value).filter(([, entry]) => entry !== null)
  return Object.fromEntries(set.map(([name, entry]) => [`f:${name}`, fieldsOf(entry, below(shape, name))]))
}

function elementsOf(list: readonly JsonValue[], shape: Shape): JsonObject {
  if (shape.type !== 'list' || shape.merge === 'atomic') return {}
  if (shape.merge === 'set') {
    return Object.fromEntries(list.map((element) => [`v:${JSON.stringify(element)}`, {}]))
  }
  const fields = elementFields(shape)
  return Object.fromEntries(
    list.filter(isJsonObject).map((element) => {
      const inside = fieldsOf(element, { type: 'object', fields, atomic: false })
      return [`k:${JSON.stringify(keysOf(element, shape))}`, { '.': {}, ...inside }]
    }),
  )
}
