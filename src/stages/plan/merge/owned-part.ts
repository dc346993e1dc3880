import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { isDefaulted } from '../normalise/dropped.ts'
import { anySchema } from '../schema/any-schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { own } from '../schema/raw-schema.ts'
import { elementNodes, type FieldNodes, fieldNodes, isLeaf } from './fields-v1.ts'

/**
 * The part of a live object that managers own by their FieldsV1, in the shape of the object. Leaves out the
 * server's defaults: a manager that does not use server-side apply is recorded as their owner, too.
 */
export function ownedPart(live: JsonObject, nodes: FieldNodes, schema: MergeSchema): JsonObject {
  const part: Record<string, JsonValue> = Object.create(null)
  for (const key of Object.keys(live)) {
    const below = fieldNodes(nodes, key)
    if (below.length === 0) continue
    const field = schema.field(key) ?? anySchema
    const value = live[key] ?? null
    const owned = isDefaulted(value, field) ? undefined : ownedValue(value, below, field)
    if (owned !== undefined) part[key] = owned
  }
  return part
}

function ownedValue(live: JsonValue, nodes: FieldNodes, schema: MergeSchema): JsonValue | undefined {
  if (nodes.some(isLeaf)) return live
  if (isJsonArray(live)) return ownedElements(live, nodes, schema)
  if (!isJsonObject(live)) return live
  const part = ownedPart(live, nodes, schema)
  return Object.keys(part).length === 0 ? undefined : part
}

function ownedElements(
  live: readonly JsonValue[],
  nodes: FieldNodes,
  schema: MergeSchema,
): readonly JsonValue[] {
  const items = schema.items() ?? anySchema
  return live.flatMap((element) => {
    const below = elementNodes(nodes, element, schema.list)
    if (below.length === 0) return []
    const owned = ownedValue(element, below, items)
    return [isJsonObject(element) ? withKeys(element, owned, schema) : element]
  })
}

function withKeys(element: JsonObject, owned: JsonValue | undefined, schema: MergeSchema): JsonObject {
  const part: Record<string, JsonValue> = Object.assign(Object.create(null), isJsonObject(owned) ? owned : {})
  for (const { name } of schema.list.type === 'map' ? schema.list.keys : []) {
    const value = own(element, name)
    if (value !== undefined) part[name] = value
  }
  return part
}
