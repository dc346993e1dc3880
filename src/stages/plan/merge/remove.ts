import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { anySchema } from '../schema/any-schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { elementKey, indexList } from '../schema/list-index.ts'
import { own } from '../schema/raw-schema.ts'
import { isLeaf, nodesAt } from './fields-v1.ts'
import { hasPart, ignoredBelow, type OwnedFields, whyLeft } from './leave.ts'
import { descend, note, remove, type Walk } from './walk.ts'

/**
 * Removes a field that base declared and Git no longer does. A struct is removed as a whole, with the
 * server's defaults in it, unless another manager owns a part or a part is ignored: then only base's parts
 * are removed. In a map or keyed list only base's entries are removed; the others stay.
 */
export function removeField(
  walk: Walk,
  key: string,
  base: JsonValue,
  live: JsonValue,
  schema: MergeSchema,
): void {
  descend(walk, key, () => {
    if (goes(walk, base, live, schema)) remove(walk)
  })
}

/**
 * Finds the elements of a map list or set to remove, by their index in the live list, the last one first.
 * Where an element itself stays, records which of its fields to remove.
 */
export function removeElements(
  walk: Walk,
  base: readonly JsonValue[],
  live: readonly JsonValue[],
  schema: MergeSchema,
  isDeclared: (key: string) => boolean,
): readonly number[] {
  const index = indexList(live, schema.list)
  const before = new Map<number, JsonValue>()
  for (const element of base) {
    const key = elementKey(element, schema.list)
    const position = key === undefined || isDeclared(key) ? undefined : index?.get(key)
    if (position !== undefined) before.set(position, element)
  }
  return [...before]
    .filter(([position, element]) => elementGoes(walk, element, position, live, schema))
    .map(([position]) => position)
    .sort((one, other) => other - one)
}

export function removeElement(
  walk: Walk,
  index: number,
  live: readonly JsonValue[],
  schema: MergeSchema,
): void {
  descend(walk, { index, element: live[index] ?? null, list: schema.list }, () => remove(walk))
}

/** Whether the current field stays although Git no longer declares it, because it is left; records that. */
export function stays(walk: Walk, live: JsonValue): boolean {
  const why = whyLeft(walk.leave, walk.path)
  if (why !== undefined) note(walk, undefined, live, why)
  return why !== undefined
}

/** Whether the whole value may be removed; if not, records which parts are. */
function goes(walk: Walk, base: JsonValue, live: JsonValue, schema: MergeSchema): boolean {
  if (stays(walk, live)) return false
  if (schema.atomic) return isFree(walk, live)
  if (isJsonArray(base) && isJsonArray(live)) return listGoes(walk, base, live, schema)
  if (!isJsonObject(base) || !isJsonObject(live)) return isFree(walk, live)
  if (schema.type === 'object' && ownersHere(walk).length === 0 && !hasIgnoredPart(walk, live)) return true
  return fieldsGo(walk, base, live, schema)
}

/** Other managers that own the current field or something below it. */
function ownersHere({ foreign, path }: Walk): readonly OwnedFields[] {
  return foreign.filter(({ fields }) => nodesAt([fields], path).length > 0)
}

/** Whether no other manager owns a value that can only be removed as a whole; records the owner. */
function isFree(walk: Walk, live: JsonValue): boolean {
  const [owner] = ownersHere(walk)
  if (owner !== undefined) note(walk, undefined, live, owner.why)
  return owner === undefined
}

function hasIgnoredPart(walk: Walk, live: JsonValue): boolean {
  return ignoredBelow(walk.leave, walk.path).some(({ rest }) => hasPart(live, rest))
}

function fieldsGo(walk: Walk, base: JsonObject, live: JsonObject, schema: MergeSchema): boolean {
  const first = walk.changes.length
  let gone = 0
  for (const key of Object.keys(base)) {
    const value = own(live, key)
    if (value === undefined) continue
    descend(walk, key, () => {
      if (!goes(walk, base[key] ?? null, value, schema.field(key) ?? anySchema)) return
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
): boolean {
  if (!indexList(live, schema.list)) return isFree(walk, live)
  const first = walk.changes.length
  const going = removeElements(walk, base, live, schema, () => false)
  if (going.length === live.length) {
    walk.changes.length = first
    return true
  }
  for (const index of going) removeElement(walk, index, live, schema)
  return false
}

/**
 * Whether the whole element may be removed, including fields that others added: the server would refuse a
 * partial element, and server-side apply does the same. If another manager also set the element itself,
 * records which of its fields are removed, but never its keys.
 */
function elementGoes(
  walk: Walk,
  base: JsonValue,
  index: number,
  live: readonly JsonValue[],
  schema: MergeSchema,
): boolean {
  const element = live[index] ?? null
  const items = schema.items() ?? anySchema
  let whole = false
  descend(walk, { index, element, list: schema.list }, () => {
    if (stays(walk, element)) return
    const isSimple = !isJsonObject(base) || !isJsonObject(element) || items.atomic
    if (isSimple) whole = isFree(walk, element)
    else whole = !isTheirs(walk) || fieldsGo(walk, withoutKeys(base, schema), element, items)
  })
  return whole
}

/** Whether another manager set the current element itself, not only something in it. */
function isTheirs({ foreign, path }: Walk): boolean {
  return foreign.some(({ fields }) => nodesAt([fields], path).some((node) => isLeaf(node) || '.' in node))
}

function withoutKeys(element: JsonObject, schema: MergeSchema): JsonObject {
  const keys = schema.list.type === 'map' ? schema.list.keys.map((key) => key.name) : []
  return Object.fromEntries(Object.entries(element).filter(([name]) => !keys.includes(name)))
}
