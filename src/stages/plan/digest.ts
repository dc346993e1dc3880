import { hash } from 'node:crypto'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { BOOKKEEPING } from './bookkeeping.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * Digest of an object as declared, independent of key order and of Reeve's own labels and annotation: 16
 * characters of base64url, 96 bits of SHA-256. It is short because every object carries it, and it only tells
 * an object from its own earlier versions.
 */
export function digestOf(object: KubernetesObject): string {
  const { metadata, ...rest } = object as JsonObject & KubernetesObject
  const bare = { ...rest, metadata: withoutBookkeeping(metadata as JsonObject) }
  return hash('sha256', canonicalJson(bare as JsonObject), 'base64url').slice(0, 16)
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
