import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { anySchema } from '../schema/any-schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { elementKey, indexList } from '../schema/list-index.ts'
import { own } from '../schema/raw-schema.ts'
import { elementNodes, type FieldNodes, fieldNodes, nodesAt } from './fields-v1.ts'
import { remove, type Walk, within } from './walk.ts'

/**
 * Removes a field that base declared and Git no longer does. A struct goes as a whole, with what the
 * server defaulted in it, unless another writer owns a part: then only base's parts go. Of a map or
 * a list by keys, only base's entries go; the rest is others'.
 */
export function removeField(
  walk: Walk,
  key: string,
  base: JsonValue,
  live: JsonValue,
  schema: MergeSchema,
): void {
  within(walk, key, () => {
    if (goes(walk, base, live, schema, nodesAt(walk.foreign, walk.path))) remove(walk)
  })
}

/** Removes elements of a map list or set, by their index in the live list, the last one first. */
export function removeElements(
  walk: Walk,
  base: readonly JsonValue[],
  live: readonly JsonValue[],
  schema: MergeSchema,
  isDeclared: (key: string) => boolean,
): readonly number[] {
  return elementsThatGo(walk, base, live, schema, nodesAt(walk.foreign, walk.path), isDeclared)
}

/** True where all of it may go; else records what goes inside. */
function goes(
  walk: Walk,
  base: JsonValue,
  live: JsonValue,
  schema: MergeSchema,
  foreign: FieldNodes,
): boolean {
  if (schema.atomic) return foreign.length === 0
  if (isJsonArray(base) && isJsonArray(live)) return listGoes(walk, base, live, schema, foreign)
  if (!isJsonObject(base) || !isJsonObject(live)) return foreign.length === 0
  if (schema.type === 'object' && foreign.length === 0) return true
  return fieldsGo(walk, base, live, schema, foreign)
}

function fieldsGo(
  walk: Walk,
  base: JsonObject,
  live: JsonObject,
  schema: MergeSchema,
  foreign: FieldNodes,
): boolean {
  const first = walk.changes.length
  let gone = 0
  for (const key of Object.keys(base)) {
    const value = own(live, key)
    if (value === undefined) continue
    within(walk, key, () => {
      if (!goes(walk, base[key] ?? null, value, schema.field(key) ?? anySchema, fieldNodes(foreign, key)))
        return
      remove(walk)
      gone += 1
    })
  }
  if (gone < Object.keys(live).length) return false
  walk.changes.length = first
  return true
}

function listGoes(
  walk: Walk,
  base: readonly JsonValue[],
  live: readonly JsonValue[],
  schema: MergeSchema,
  foreign: FieldNodes,
): boolean {
  if (!indexList(live, schema.list)) return foreign.length === 0
  const first = walk.changes.length
  const going = elementsThatGo(walk, base, live, schema, foreign, () => false)
  if (going.length === live.length) {
    walk.changes.length = first
    return true
  }
  for (const index of going) removeElement(walk, index, live, schema)
  return false
}

export function removeElement(
  walk: Walk,
  index: number,
  live: readonly JsonValue[],
  schema: MergeSchema,
): void {
  within(walk, { index, element: live[index] ?? null, list: schema.list }, () => remove(walk))
}

function elementsThatGo(
  walk: Walk,
  base: readonly JsonValue[],
  live: readonly JsonValue[],
  schema: MergeSchema,
  foreign: FieldNodes,
  isDeclared: (key: string) => boolean,
): readonly number[] {
  const index = indexList(live, schema.list)
  const going = new Set<number>()
  for (const element of base) {
    const key = elementKey(element, schema.list)
    const position = key === undefined || isDeclared(key) ? undefined : index?.get(key)
    if (position === undefined) continue
    if (elementGoes(walk, element, position, live, schema, foreign)) going.add(position)
  }
  return [...going].sort((one, other) => other - one)
}

/** True where the element may go; else records which of its fields go, but never its keys. */
function elementGoes(
  walk: Walk,
  base: JsonValue,
  index: number,
  live: readonly JsonValue[],
  schema: MergeSchema,
  foreign: FieldNodes,
): boolean {
  const element = live[index] ?? null
  const owned = elementNodes(foreign, element, schema.list)
  if (owned.length === 0) return true
  if (!isJsonObject(base) || !isJsonObject(element)) return false
  const items = schema.items() ?? anySchema
  if (items.atomic) return false
  let whole = false
  within(walk, { index, element, list: schema.list }, () => {
    whole = fieldsGo(walk, withoutKeys(base, schema), element, items, owned)
  })
  return whole
}

function withoutKeys(element: JsonObject, schema: MergeSchema): JsonObject {
  const keys = schema.list.type === 'map' ? schema.list.keys.map((key) => key.name) : []
  return Object.fromEntries(Object.entries(element).filter(([name]) => !keys.includes(name)))
}
