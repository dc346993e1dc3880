import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { ListMerge } from '../../../model/schema.ts'
import { sameValue } from '../normalise/same-value.ts'
import { anySchema } from '../schema/any-schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { elementKey, indexList, keyValue } from '../schema/list-index.ts'
import { own } from '../schema/raw-schema.ts'
import { overlay, type Walk } from './walk.ts'

type List = readonly JsonValue[]
type MapList = Extract<ListMerge, { readonly type: 'map' }>

/** Keys that name their element: another name is another element. */
const NAMES: ReadonlySet<string> = new Set(['name', 'key', 'type', 'uid'])

/**
 * Puts back the keys of elements that others changed, such as the port of a Service: an element that was
 * applied and that Git still declares is missing, and an undeclared one is like it in all else. Adding it
 * again beside that one would leave two, or be refused.
 * @returns the live list with these keys
 */
export function putKeysBack(walk: Walk, declared: List, base: List, live: List, schema: MergeSchema): List {
  const { list } = schema
  if (list.type !== 'map' || list.keys.some(({ name }) => NAMES.has(name))) return live
  const index = indexList(live, list)
  if (index === undefined) return live
  const absent = declared.filter((element) => !index.has(elementKey(element, list) ?? ''))
  if (absent.length === 0) return live
  const applied = new Set((walk.isApplied ? declared : base).map((element) => elementKey(element, list)))
  const missing = absent.filter((element) => applied.has(elementKey(element, list)))
  const known = new Set([...declared.map((element) => elementKey(element, list)), ...applied])
  const strangers = live.filter((element) => !known.has(elementKey(element, list)))
  const isReplaced = strangers.length === 1 && missing.length === 1 && live.length === declared.length
  const put = new Map<JsonValue, JsonObject>()
  for (const element of missing) {
    if (!isJsonObject(element)) continue
    const alike = strangers.filter((other) => !put.has(other) && isLike(element, other, schema, isReplaced))
    const [only] = alike
    if (alike.length === 1 && isJsonObject(only))
      put.set(only, withKeys(walk, element, only, index.get(elementKey(only, list) ?? '') ?? 0, list))
  }
  return put.size === 0 ? live : live.map((element) => put.get(element) ?? element)
}

/** Whether an element has everything of a declared one but its keys; without anything else, it replaces it. */
function isLike(declared: JsonObject, live: JsonValue, schema: MergeSchema, isReplaced: boolean): boolean {
  if (!isJsonObject(live) || schema.list.type !== 'map') return false
  const keys = new Set(schema.list.keys.map(({ name }) => name))
  const items = schema.items() ?? anySchema
  const others = Object.entries(declared).filter(([name, value]) => !keys.has(name) && value !== null)
  if (others.length === 0) return isReplaced
  return others.every(([name, value]) => {
    const theirs = own(live, name)
    return theirs !== undefined && sameValue(value, theirs, items.field(name) ?? anySchema)
  })
}

function withKeys(
  walk: Walk,
  declared: JsonObject,
  live: JsonObject,
  index: number,
  list: MapList,
): JsonObject {
  let result = live
  walk.path.push({ index, element: live, list })
  for (const key of list.keys) {
    const value = keyValue(declared, key)
    if (value === undefined || value === keyValue(live, key)) continue
    walk.path.push(key.name)
    overlay(walk, value, own(live, key.name))
    walk.path.pop()
    result = { ...result, [key.name]: value }
  }
  walk.path.pop()
  return result
}
