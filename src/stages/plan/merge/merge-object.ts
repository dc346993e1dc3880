import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { isDropped } from '../normalise/dropped.ts'
import { anySchema } from '../schema/any-schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { own } from '../schema/raw-schema.ts'
import { removeField, stays } from './remove.ts'
import { descend, overlay, remove, type Walk } from './walk.ts'

/** Names of fields that a merge skips. */
export type Except = ReadonlySet<string>

const NONE: Except = new Set()

/**
 * Merges objects field by field. It runs once for each object of each merge, so its parameters stay separate.
 *
 * @param except names of fields that are not merged or removed here
 */
export function mergeObject(
  walk: Walk,
  declared: JsonObject,
  base: JsonValue | undefined,
  live: JsonObject,
  schema: MergeSchema,
  except: Except = NONE,
): void {
  const before = isJsonObject(base) ? base : undefined
  for (const key of Object.keys(declared)) {
    const ours = declared[key]
    const theirs = own(live, key)
    if (ours === theirs || ours === undefined || except.has(key)) continue
    const field = schema.field(key) ?? anySchema
    walk.path.push(key)
    mergeField(walk, ours, before && own(before, key), theirs, field)
    walk.path.pop()
  }
  if (before && before !== declared) removeUndeclared(walk, { declared, base: before, live }, schema, except)
}

function mergeField(
  walk: Walk,
  declared: JsonValue,
  base: JsonValue | undefined,
  live: JsonValue | undefined,
  schema: MergeSchema,
): void {
  if (live !== undefined && live !== null) walk.mergeValue(walk, declared, base, live, schema)
  else if (!isDropped(declared, schema)) overlay(walk, declared, live, schema)
}

interface Sides {
  readonly declared: JsonObject
  readonly base: JsonObject
  readonly live: JsonObject
}

function removeUndeclared(
  walk: Walk,
  { declared, base, live }: Sides,
  schema: MergeSchema,
  except: Except,
): void {
  for (const key of Object.keys(base)) {
    if (Object.hasOwn(declared, key) || except.has(key)) continue
    const [before = null, value, field] = [base[key], own(live, key), schema.field(key) ?? anySchema]
    if (value === undefined || value === null || before === null) continue
    if (field.allocated && isDropped(before, field)) continue
    removeField(walk, key, before, value, field)
  }
}

/**
 * Merges a union (retainKeys): if one of its own fields is newly set, undeclared objects in it are removed,
 * or the server would find two sources in one volume.
 */
export function mergeUnion(walk: Walk, declared: JsonObject, live: JsonObject, merge: () => void): void {
  const first = walk.changes.length
  merge()
  const changes = walk.changes.slice(first).filter((change) => change.depth === walk.path.length + 1)
  if (!changes.some((change) => change.difference)) return
  for (const key of Object.keys(live)) {
    const value = live[key]
    if ((own(declared, key) ?? null) !== null || !isJsonObject(value)) continue
    descend(walk, key, () => {
      if (stays(walk, value)) return
      remove(walk)
      dropRepeated(walk, first)
    })
  }
}

/** Drops the last change if an earlier one has the same path. */
function dropRepeated(walk: Walk, first: number): void {
  const last = walk.changes.at(-1)
  const same = walk.changes.findIndex(
    (change, index) => index >= first && change.operation.path === last?.operation.path,
  )
  if (same < walk.changes.length - 1) walk.changes.pop()
}
