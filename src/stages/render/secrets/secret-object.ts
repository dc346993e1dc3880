import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { standInFor } from './stand-in.ts'

/** A Secret of the cluster with stand-ins in place of its values and annotations. */
export function standInForSecret(secret: JsonObject): JsonObject {
  const { data, metadata } = secret
  return {
    ...secret,
    ...(isJsonObject(data) && { data: mapped(data, standInForData) }),
    ...(isJsonObject(metadata) && { metadata: withOtherAnnotations(metadata) }),
  }
}

/** Valid base64 of something else, text where it was text. */
function standInForData(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value
  const bytes = Buffer.from(value, 'base64')
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text).equals(bytes)
  const other = isText ? Buffer.from(standInFor(text)) : bytes.map((byte) => byte ^ 0x55)
  return Buffer.from(other).toString('base64')
}

/** Tools keep copies and digests of the values in annotations. */
function withOtherAnnotations(metadata: JsonObject): JsonObject {
  const { annotations } = metadata
  if (!isJsonObject(annotations)) return metadata
  const standIn = (value: JsonValue) => (typeof value === 'string' ? standInFor(value) : value)
  return { ...metadata, annotations: mapped(annotations, standIn) }
}

function mapped(object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}
