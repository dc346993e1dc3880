import { isDeepStrictEqual } from 'node:util'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { LiveObject } from '../../../../src/model/object.ts'
import type { ListMerge } from '../../../../src/model/schema.ts'
import { SERVER_OWNED_METADATA } from '../../../../src/model/server-owned.ts'
import { BOOKKEEPING } from '../../../../src/stages/plan/bookkeeping.ts'
import { type Step, stablePointer } from '../../../../src/stages/plan/merge/pointer.ts'
import { LAST_APPLIED_ANNOTATION } from '../../../../src/stages/plan/ownership/adoption-base.ts'
import { anySchema } from '../../../../src/stages/plan/schema/any-schema.ts'
import { ATOMIC_LIST, type MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { elementKey, indexList } from '../../../../src/stages/plan/schema/list-index.ts'
import { fromTwin, type Twin } from './load.ts'

/** Where two objects are not the same: a pointer with elements by their keys, and what each has there. */
export interface Difference {
  readonly pointer: string
  readonly path: readonly Step[]
  /** Undefined where it has nothing there. */
  readonly one: JsonValue | undefined
  readonly other: JsonValue | undefined
  /** The keys of elements that both lists have, where it is their order that differs. */
  readonly order?: readonly [one: readonly string[], other: readonly string[]]
}

/** How often a DaemonSet's template was changed: as little of the declaration as metadata.generation. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'
const IGNORED: ReadonlySet<string> = new Set([...BOOKKEEPING, LAST_APPLIED_ANNOTATION, TEMPLATE_GENERATION])
/** Given out by the server, to each object another one. */
const ALLOCATED = ['clusterIP', 'clusterIPs', 'healthCheckNodePort']

/** A live object without what is its own, whoever wrote it, so that twins can be compared. */
export function comparable(live: LiveObject, twin: Twin): JsonObject {
  const text = JSON.stringify(live).replaceAll(live.metadata.uid, 'UID')
  const { status: _status, metadata, ...rest } = fromTwin(JSON.parse(text) as LiveObject, twin)
  const kept = Object.entries(metadata).filter(([name]) => !SERVER_OWNED_METADATA.has(name))
  const bare = kept.map(([name, value]) => [name, withoutIgnored(value ?? null)] as const)
  return {
    ...withoutAllocated(rest as JsonObject),
    metadata: Object.fromEntries(bare.filter(([, value]) => !isEmpty(value))),
  }
}

function withoutIgnored(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => !IGNORED.has(name)))
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function withoutAllocated(object: JsonObject): JsonObject {
  if (object.kind !== 'Service' || !isJsonObject(object.spec) || object.spec.clusterIP === 'None')
    return object
  const ports = isJsonArray(object.spec.ports) ? { ports: object.spec.ports.map(withoutNodePort) } : {}
  const spec = Object.entries(object.spec).filter(([name]) => !ALLOCATED.includes(name))
  return { ...object, spec: { ...Object.fromEntries(spec), ...ports } }
}

/** That there is one matters, not which. */
function withoutNodePort(port: JsonValue): JsonValue {
  return isJsonObject(port) && 'nodePort' in port ? { ...port, nodePort: 'allocated' } : port
}

/** Every place where two values differ, none below another. */
export function differencesBetween(
  one: JsonValue | undefined,
  other: JsonValue | undefined,
  schema: MergeSchema,
  path: readonly Step[] = [],
): readonly Difference[] {
  if (isDeepStrictEqual(one, other)) return []
  if (isJsonObject(one) && isJsonObject(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
      differencesBetween(one[name], other[name], schema.field(name) ?? anySchema, [...path, name]),
    )
  }
  if (isJsonArray(one) && isJsonArray(other)) return differentElements(one, other, schema, path)
  return [{ path, pointer: stablePointer(path), one, other }]
}

function differentElements(
  one: readonly JsonValue[],
  other: readonly JsonValue[],
  schema: MergeSchema,
  path: readonly Step[],
): readonly Difference[] {
  const list = indexList(one, schema.list) && indexList(other, schema.list) ? schema.list : ATOMIC_LIST
  const pointer = stablePointer(path)
  if (list.type === 'atomic' && one.length !== other.length) return [{ path, pointer, one, other }]
  const ours = keyed(one, list)
  const theirs = keyed(other, list)
  const found = [...new Map([...ours, ...theirs])].flatMap(([key, { index, element }]) =>
    differencesBetween(ours.get(key)?.element, theirs.get(key)?.element, schema.items() ?? anySchema, [
      ...path,
      { index, element, list },
    ]),
  )
  const inBoth = (from: Keyed, to: Keyed) => [...from.keys()].filter((key) => to.has(key))
  const order = [inBoth(ours, theirs), inBoth(theirs, ours)] as const
  return isDeepStrictEqual(...order) ? found : [...found, { path, pointer, one, other, order }]
}

type Keyed = ReadonlyMap<string, { readonly index: number; readonly element: JsonValue }>

function keyed(list: readonly JsonValue[], merge: ListMerge): Keyed {
  const keyOf = (element: JsonValue, index: number) => elementKey(element, merge) ?? String(index)
  return new Map(list.map((element, index) => [keyOf(element, index), { index, element }]))
}
