import { hash } from 'node:crypto'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { tokensOf } from '../../model/json-pointer.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { BOOKKEEPING } from './bookkeeping.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * Digest of an object as declared, independent of key order and of Reeve's own labels and annotation: 16
 * characters of base64url, 96 bits of SHA-256. It is short because every object carries it, and it only tells
 * an object from its own earlier versions.
 *
 * @param varying JSON pointers of fields that do not count
 */
export function digestOf(object: KubernetesObject, varying: readonly string[] = []): string {
  return hash('sha256', declaredText(object, varying), 'base64url').slice(0, 16)
}

/** The text of which that digest is made. */
export function declaredText(object: KubernetesObject, varying: readonly string[] = []): string {
  const steady = varying.reduce<JsonValue>(
    (value, pointer) => withoutField(value, tokensOf(pointer)),
    object as JsonObject,
  )
  const { metadata, ...rest } = steady as JsonObject & KubernetesObject
  const bare = { ...rest, metadata: withoutBookkeeping(metadata as JsonObject) }
  return canonicalJson(bare as JsonObject)
}

/** The value with null in place of a field that it has. */
function withoutField(value: JsonValue, [token, ...more]: readonly string[]): JsonValue {
  if (token === undefined) return null
  if (isJsonArray(value))
    return value.map((item, index) => (String(index) === token ? withoutField(item, more) : item))
  if (!isJsonObject(value) || !Object.hasOwn(value, token)) return value
  return { ...value, [token]: withoutField(value[token] ?? null, more) }
}

function withoutBookkeeping(metadata: JsonObject): JsonObject {
  const bare: Record<string, JsonValue> = { ...metadata }
  for (const field of ['labels', 'annotations']) {
    const entries = Object.entries(metadata[field] ?? {}).filter(([name]) => !BOOKKEEPING.has(name))
    if (entries.length > 0) bare[field] = Object.fromEntries(entries)
    else delete bare[field]
  }
  return bare
}
