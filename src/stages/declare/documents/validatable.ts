import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import type { DocumentSchema } from './document-schema.ts'

/** A value with plain numbers in place of bigints, as far as a schema looks at it: validators know none. */
export function validatable(value: JsonValue, schema: DocumentSchema): JsonValue {
  if (typeof value === 'bigint') return Number(value)
  if (isJsonArray(value))
    return 'items' in schema ? value.map((item) => validatable(item, schema.items)) : value
  if (!isJsonObject(value) || 'free' in schema) return value
  const fields = Object.entries(value).map(([name, field]): [string, JsonValue] => {
    const part = fieldOf(schema, name)
    return [name, part ? validatable(field, part) : field]
  })
  return Object.fromEntries(fields)
}

function fieldOf(schema: DocumentSchema, name: string): DocumentSchema | undefined {
  if ('additionalProperties' in schema) return schema.additionalProperties
  if ('properties' in schema && Object.hasOwn(schema.properties, name)) return schema.properties[name]
  return undefined
}
