import { isJsonObject, type JsonValue } from '../../../model/json.ts'
import type { ListMapKey, ListMerge } from '../../../model/schema.ts'
import { keptInteger } from '../normalise/kept-integer.ts'
import { own } from './raw-schema.ts'

/** Index of list elements by key, in the order of the list. */
export type ListIndex = ReadonlyMap<string, number>

/**
 * Indexes elements of a map list or set by their keys. Undefined for a list that merges as one value: an
 * atomic list, a duplicate key, an element without its key.
 */
export function indexList(list: readonly JsonValue[], merge: ListMerge): ListIndex | undefined {
  if (merge.type === 'atomic') return undefined
  const index = new Map<string, number>()
  for (let position = 0; position < list.length; position += 1) {
    const key = elementKey(list[position] ?? null, merge)
    if (key === undefined || index.has(key)) return undefined
    index.set(key, position)
  }
  return index
}

/** The key of an element among its siblings; undefined where it has none. */
export function elementKey(element: JsonValue, merge: ListMerge): string | undefined {
  if (merge.type === 'set') return scalarKey(element)
  if (merge.type === 'atomic' || !isJsonObject(element)) return undefined
  const [only, second] = merge.keys
  if (only && !second) return scalarKey(keyValue(element, only))
  const parts = merge.keys.map((key) => scalarKey(keyValue(element, key)))
  return parts.some((part) => part !== undefined) ? parts.join('\u0000') : undefined
}

/** An element's value of a key, or the server's default. */
export function keyValue(element: JsonValue, key: ListMapKey): JsonValue | undefined {
  const value = isJsonObject(element) ? own(element, key.name) : undefined
  return value === undefined || value === null ? key.default : value
}

/** Distinct JSON scalars yield distinct keys: 80 and "80" differ. */
function scalarKey(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return `"${value}`
  if (typeof value === 'bigint') return String(keptInteger(value, 'plain'))
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
