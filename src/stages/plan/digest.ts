import { hash } from 'node:crypto'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { BOOKKEEPING } from './bookkeeping.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * Digest of an object as declared, whatever the order of its keys and without what Reeve adds to
 * it: 16 characters of base64url, 96 bits of SHA-256. It only has to tell an object from its own
 * earlier versions, and it is in every object of a cluster: so short.
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
