import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import { escapeToken } from '../../../../src/model/json-pointer.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import type { FieldSchema } from '../../../../src/model/schema.ts'

/**
 * JSON pointers (RFC 6901) of the declared fields that the kind does not have, as the API server's
 * strict field validation would find them. Empty where no schema is known.
 */
export function unknownFields(object: KubernetesObject, schema: FieldSchema | undefined): readonly string[] {
  return schema ? below(object as JsonObject, schema, '') : []
}

function below(value: JsonValue, schema: FieldSchema, pointer: string): readonly string[] {
  if (isJsonArray(value)) {
    const items = schema.items()
    return items ? value.flatMap((element, index) => below(element, items, `${pointer}/${index}`)) : []
  }
  if (!isJsonObject(value) || schema.type === 'any' || schema.type === 'scalar') return []
  return Object.keys(value).flatMap((key) => {
    const field = schema.field(key)
    const place = `${pointer}/${escapeToken(key)}`
    if (field) return below(value[key] ?? null, field, place)
    return schema.open || schema.type !== 'object' ? [] : [place]
  })
}
