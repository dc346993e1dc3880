import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { LAST_APPLIED_ANNOTATION } from '../../plan/ownership/adoption-base.ts'
import { standInFor } from './stand-in.ts'

/** A Secret of the cluster with stand-ins in place of its values, also in what kubectl keeps of it. */
export function standInForSecret(secret: JsonObject): JsonObject {
  const { data, metadata } = secret
  return {
    ...secret,
    ...(isJsonObject(data) && { data: mapped(data, standInForData) }),
    ...(isJsonObject(metadata) && { metadata: withoutLastApplied(metadata) }),
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

function withoutLastApplied(metadata: JsonObject): JsonObject {
  const { annotations } = metadata
  if (!isJsonObject(annotations)) return metadata
  const standIn = (value: JsonValue, name: string) =>
    name === LAST_APPLIED_ANNOTATION && typeof value === 'string' ? standInFor(value) : value
  return { ...metadata, annotations: mapped(annotations, standIn) }
}

function mapped(object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))
}
