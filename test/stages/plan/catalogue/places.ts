import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { ListMerge } from '../../../../src/model/schema.ts'
import type { ElementStep, Step } from '../../../../src/stages/plan/merge/pointer.ts'
import { anySchema } from '../../../../src/stages/plan/schema/any-schema.ts'
import { ATOMIC_LIST, type MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { elementKey, indexList } from '../../../../src/stages/plan/schema/list-index.ts'

/** Something in an object: where it is, what it is, and what the schema says of it. */
export interface Place {
  readonly path: readonly Step[]
  readonly value: JsonValue
  readonly schema: MergeSchema
}

/** Every field and list element below a value, parents before what is in them, without what is unwanted. */
export function placesBelow(
  { path, value, schema }: Place,
  isWanted: (place: Place) => boolean,
): readonly Place[] {
  const children = isJsonArray(value) ? elements(value, schema) : fields(value, schema)
  return children
    .map((child) => ({ ...child, path: [...path, ...child.path] }))
    .filter(isWanted)
    .flatMap((place) => [place, ...placesBelow(place, isWanted)])
}

function fields(value: JsonValue, schema: MergeSchema): readonly Place[] {
  if (!isJsonObject(value)) return []
  return Object.entries(value).map(([name, entry]) => ({
    path: [name],
    value: entry,
    schema: schema.field(name) ?? anySchema,
  }))
}

function elements(list: readonly JsonValue[], schema: MergeSchema): readonly Place[] {
  const merge = mergeOf(list, schema)
  return list.map((element, index) => ({
    path: [{ index, element, list: merge }],
    value: element,
    schema: schema.items() ?? anySchema,
  }))
}

/** How a list merges that may have a key twice. */
export function mergeOf(list: readonly JsonValue[], schema: MergeSchema): ListMerge {
  return indexList(list, schema.list) ? schema.list : ATOMIC_LIST
}

/** The value at a path, elements found by their keys; undefined where there is none. */
export function valueAt(root: JsonValue | undefined, path: readonly Step[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, step) => {
    if (typeof step !== 'string') return isJsonArray(value) ? value[positionOf(value, step)] : undefined
    return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
  }, root)
}

/** What the schema says of a path. */
export function schemaAt(schema: MergeSchema, path: readonly Step[]): MergeSchema {
  return path.reduce(
    (at, step) => (typeof step === 'string' ? at.field(step) : at.items()) ?? anySchema,
    schema,
  )
}

/** The value with a change at a path; as it is where the path leads nowhere. Undefined takes the place away. */
export function changedAt(
  root: JsonValue,
  path: readonly Step[],
  change: (value: JsonValue | undefined) => JsonValue | undefined,
): JsonValue {
  const [step, ...rest] = path
  if (step === undefined) return change(root) ?? root
  const below = (value: JsonValue | undefined): JsonValue | undefined => {
    if (rest.length === 0) return change(value)
    return value === undefined ? undefined : changedAt(value, rest, change)
  }
  if (typeof step === 'string') return isJsonObject(root) ? withField(root, step, below) : root
  return isJsonArray(root) ? withElement(root, step, below) : root
}

type Below = (value: JsonValue | undefined) => JsonValue | undefined

function withField(object: JsonObject, name: string, below: Below): JsonObject {
  const value = below(Object.hasOwn(object, name) ? object[name] : undefined)
  const others = Object.entries(object)
  if (value === undefined) return Object.fromEntries(others.filter(([key]) => key !== name))
  return Object.fromEntries([...others.filter(([key]) => key !== name), [name, value]])
}

function withElement(list: readonly JsonValue[], step: ElementStep, below: Below): readonly JsonValue[] {
  const position = positionOf(list, step)
  const value = below(list[position])
  if (value === undefined) return list.filter((_element, index) => index !== position)
  return position < 0 ? [...list, value] : list.with(position, value)
}

/** -1 where the list has no such element. */
function positionOf(list: readonly JsonValue[], { index, element, list: merge }: ElementStep): number {
  if (merge.type === 'atomic') return index === '-' || index >= list.length ? -1 : index
  const key = elementKey(element, merge)
  return list.findIndex((other) => elementKey(other, merge) === key)
}
