import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import type { ListMapKey, ListMerge } from '../../../model/schema.ts'
import { ATOMIC_LIST, SET_LIST } from './compiled-schema.ts'
import { attribute, own, ownObject, type RawSchema, resolveRaw } from './raw-schema.ts'

/**
 * How a list merges: x-kubernetes-list-type (KEP-555, structured merge) decides; without it, the older
 * x-kubernetes-patch-strategy (strategic merge patch). A map list without keys is atomic.
 */
export function listMerge(raw: RawSchema, components: JsonObject): ListMerge {
  const items = resolveRaw(ownObject(raw.target, 'items'), components)
  const type = attribute(raw, 'x-kubernetes-list-type')
  if (type === 'set') return SET_LIST
  if (type === 'map') return mapList(listMapKeys(raw), items, components)
  if (type !== undefined || !patchMerges(raw)) return ATOMIC_LIST
  const key = attribute(raw, 'x-kubernetes-patch-merge-key')
  if (typeof key === 'string') return mapList([key], items, components)
  return own(items.target, 'type') === 'object' ? ATOMIC_LIST : SET_LIST
}

function listMapKeys(raw: RawSchema): readonly string[] {
  const keys = attribute(raw, 'x-kubernetes-list-map-keys')
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []
}

function patchMerges(raw: RawSchema): boolean {
  const strategy = attribute(raw, 'x-kubernetes-patch-strategy')
  return typeof strategy === 'string' && strategy.split(',').includes('merge')
}

function mapList(names: readonly string[], items: RawSchema, components: JsonObject): ListMerge {
  if (names.length === 0) return ATOMIC_LIST
  const properties = ownObject(items.target, 'properties')
  return { type: 'map', keys: names.map((name) => listMapKey(name, own(properties, name), components)) }
}

function listMapKey(name: string, property: unknown, components: JsonObject): ListMapKey {
  if (!isJsonObject(property)) return { name }
  const value = attribute(resolveRaw(property, components), 'default')
  return value === undefined ? { name } : { name, default: value }
}
