import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { sameValue } from '../normalise/same-value.ts'
import { anySchema } from '../schema/any-schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { elementKey, indexList, type ListIndex } from '../schema/list-index.ts'
import { addElements } from './add-elements.ts'
import { type Except, mergeObject, mergeUnion } from './merge-object.ts'
import { putKeysBack } from './put-keys-back.ts'
import { removeElement, removeElements } from './remove.ts'
import { inOrderOfGit } from './reorder.ts'
import { overlay, type Walk } from './walk.ts'

type List = readonly JsonValue[]

/**
 * Merges lists by their schema. An atomic list is one value, and so is one with a duplicate key. A set or map
 * list ends up with every declared element; elements that base declared and Git no longer does are removed,
 * those of others stay. A key that others changed is put back. A different live order alone is no difference;
 * a new element goes after the one that precedes it in Git. Reordering by Git comes first, then changes in
 * place, removals from the end, and additions, so that every index is valid when it is used.
 */
export function mergeList(
  walk: Walk,
  declared: List,
  base: JsonValue | undefined,
  found: List,
  schema: MergeSchema,
): void {
  const ours = indexList(declared, schema.list)
  if (!ours || !indexList(found, schema.list)) {
    if (!sameValue(declared, found, schema)) overlay(walk, declared, found, schema)
    return
  }
  const before = isJsonArray(base) ? base : []
  const ordered = inOrderOfGit(walk, declared, before, found, schema)
  const live = putKeysBack(walk, declared, before, ordered, schema)
  const theirs = indexList(live, schema.list) ?? new Map()
  if (schema.list.type === 'map') mergeElements(walk, declared, before, { list: live, index: theirs }, schema)
  const going = before.length === 0 ? [] : removeElements(walk, before, live, schema, (key) => ours.has(key))
  const isMissing = [...ours.keys()].some((key) => !theirs.has(key))
  if (declared.length === 0 && going.length === live.length && going.length > 0) {
    overlay(walk, declared, live, schema)
    return
  }
  for (const index of going) removeElement(walk, index, live, schema)
  if (isMissing) addElements(walk, declared, live, schema, new Set(going))
}

interface LiveList {
  readonly list: List
  readonly index: ListIndex
}

function mergeElements(walk: Walk, declared: List, base: List, live: LiveList, schema: MergeSchema): void {
  const before = base.length === 0 ? undefined : elementsByKey(base, schema)
  const merge = elementMerge(walk, schema)
  for (const element of declared) {
    const key = elementKey(element, schema.list) ?? ''
    const index = live.index.get(key)
    if (index === undefined) continue
    const other = live.list[index] ?? null
    walk.path.push({ index, element: other, list: schema.list })
    merge(element, before?.get(key), other)
    walk.path.pop()
  }
}

/** Merges elements of one list; looks up their common parts once. */
function elementMerge(walk: Walk, list: MergeSchema) {
  const items = list.items() ?? anySchema
  const except = keyNames(list)
  return (declared: JsonValue, base: JsonValue | undefined, live: JsonValue): void => {
    if (items.atomic || !isJsonObject(declared) || !isJsonObject(live)) {
      walk.mergeValue(walk, declared, base, live, items)
      return
    }
    const merge = (): void => mergeObject(walk, declared, base, live, items, except)
    if (list.retainKeys) mergeUnion(walk, declared, live, merge)
    else merge()
  }
}

/** Keys identify an element: they are never changed or removed. */
function keyNames(schema: MergeSchema): Except {
  return new Set(schema.list.type === 'map' ? schema.list.keys.map((key) => key.name) : [])
}

/** If base has a key twice, the last one counts. */
function elementsByKey(list: List, schema: MergeSchema): ReadonlyMap<string, JsonValue> {
  return new Map(list.map((element) => [elementKey(element, schema.list) ?? '', element]))
}
