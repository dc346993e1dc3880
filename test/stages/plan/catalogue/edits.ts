import fc from 'fast-check'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { type Step, stablePointer } from '../../../../src/stages/plan/merge/pointer.ts'
import { CompiledSchema, type MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { exampleOf, otherScalar, underOtherKey, zeroOf } from './examples.ts'
import { changedAt, mergeOf, type Place, placesBelow } from './places.ts'

/** A change of one place of an object, such as a person makes it in an editor. */
export type Edit = { readonly path: readonly Step[] } & (
  | { readonly kind: 'remove' | 'reverse' }
  | { readonly kind: 'set'; readonly value: JsonValue }
)

/** Whether a place is above, in or at a place that is edited. */
export function overlaps(path: readonly Step[], edits: readonly Edit[]): boolean {
  const pointer = `${stablePointer(path)}/`
  return edits.some((edit) => {
    const other = `${stablePointer(edit.path)}/`
    return pointer.startsWith(other) || other.startsWith(pointer)
  })
}

/** The object after edits, one after the other; one that leads nowhere by then changes nothing. */
export function edited<T extends KubernetesObject>(object: T, edits: readonly Edit[]): T {
  return edits.reduce<JsonValue>(
    (value, edit) => changedAt(value, edit.path, (before) => changed(before, edit)),
    object as unknown as JsonObject,
  ) as unknown as T
}

function changed(before: JsonValue | undefined, edit: Edit): JsonValue | undefined {
  if (edit.kind === 'set') return edit.value
  return edit.kind === 'reverse' && isJsonArray(before) ? before.toReversed() : undefined
}

/** Some of the edits that can be thought of for an object, at most one of each place. */
export function someEdits(object: KubernetesObject, schema: MergeSchema): fc.Arbitrary<readonly Edit[]> {
  const places = placesOf(object, schema)
  const changes = places.filter(({ path }) => path.length > 0).map(editOf)
  return someOf([...changes, ...places.flatMap(itemFor)], 5)
}

/** Some of what another writer may do to what is declared, but for what tells elements apart. */
export function someDrift(object: KubernetesObject, schema: MergeSchema): fc.Arbitrary<readonly Edit[]> {
  const places = placesOf(object, schema).filter(({ path }) => path.length > 0 && !isIdentity(path))
  return someOf(places.map(editOf), 8)
}

/** Whether a place is what an element is told apart by: a key of its, or the value in a set. */
export function isIdentity(path: readonly Step[]): boolean {
  const [parent, last] = path.slice(-2)
  if (typeof last === 'object') return last.list.type === 'set'
  return (
    typeof parent === 'object' &&
    parent.list.type === 'map' &&
    parent.list.keys.some(({ name }) => name === last)
  )
}

/** Some of what another writer may add to an object: fields, entries of maps, elements of lists. */
export function someAdditions(object: KubernetesObject, schema: MergeSchema): fc.Arbitrary<readonly Edit[]> {
  const places = placesOf(object, schema, ({ value, schema }) => {
    return isJsonArray(value) ? mergeOf(value, schema).type !== 'atomic' : !schema.atomic
  })
  return someOf([...places.flatMap(itemFor), ...places.flatMap(fieldsFor)], 6)
}

/** Up to one in `share` of the edits. */
function someOf(edits: readonly fc.Arbitrary<Edit>[], share: number): fc.Arbitrary<readonly Edit[]> {
  const most = Math.ceil(edits.length / share)
  return fc
    .shuffledSubarray([...edits], { minLength: Math.ceil(most / 2), maxLength: most })
    .chain((some) => fc.tuple(...some))
}

function placesOf(
  object: KubernetesObject,
  schema: MergeSchema,
  isWanted: (place: Place) => boolean = () => true,
): readonly Place[] {
  const root = { path: [], value: object as JsonObject, schema }
  return [root, ...placesBelow(root, isWanted)].filter(({ path }) => isFree(path))
}

const FIXED = ['apiVersion', 'kind', 'status']
const CLOSED = ['openAPIV3Schema', 'nodePort', 'healthCheckNodePort', 'globalDefault', 'immutable']
const OPEN_METADATA = ['labels', 'annotations', 'finalizers']

/**
 * What identifies an object is not edited, nor what only the server writes, nor the schema of a kind
 * that other objects are of, nor what only one object may have, such as a port of the nodes, nor what
 * makes the rest of the object as good as fixed.
 */
function isFree(path: readonly Step[]): boolean {
  if (FIXED.includes(String(path[0])) || CLOSED.some((name) => path.includes(name))) return false
  return path.every((step, depth) => step !== 'metadata' || OPEN_METADATA.includes(String(path[depth + 1])))
}

function editOf(place: Place): fc.Arbitrary<Edit> {
  const { path, value, schema } = place
  const setTo = (values: fc.Arbitrary<JsonValue>) =>
    values.map((to): Edit => ({ path, kind: 'set', value: to }))
  const others = value === null ? exampleOf(schema) : otherScalar(value, schema)
  if (isKey(path)) return setTo(others)
  const remove = fc.constant<Edit>({ path, kind: 'remove' })
  const isElement = typeof path.at(-1) !== 'string'
  if (isJsonArray(value))
    return fc.oneof(remove, setTo(fc.constantFrom(null, [])), fc.constant<Edit>({ path, kind: 'reverse' }))
  if (isJsonObject(value)) return isElement ? remove : fc.oneof(remove, setTo(fc.constantFrom(null, {})))
  const zeros = fc.constantFrom(zeroOf(value), isElement ? zeroOf(value) : null)
  return fc.oneof(remove, setTo(fc.oneof(others, zeros)))
}

/** Whether a field is what its element is found by, and can't be missing. */
function isKey(path: readonly Step[]): boolean {
  const [parent, name] = path.slice(-2)
  if (typeof parent !== 'object' || parent.list.type !== 'map') return false
  return parent.list.keys.some((key) => key.name === name && key.default === undefined)
}

/** One element more for a list, one entry more for a map. */
function itemFor({ path, value, schema }: Place): readonly fc.Arbitrary<Edit>[] {
  if (isJsonArray(value)) return [elementFor(path, value, schema)]
  if (!isJsonObject(value) || !(schema instanceof CompiledSchema)) return []
  const { values } = schema.body
  return values && !Object.hasOwn(value, 'added') ? [fieldFor([...path, 'added'], values)] : []
}

function elementFor(
  path: readonly Step[],
  list: readonly JsonValue[],
  schema: MergeSchema,
): fc.Arbitrary<Edit> {
  const items = schema.items()
  const models = list.length > 0 ? fc.constantFrom(...list) : items ? exampleOf(items) : fc.constant('added')
  const merge = mergeOf(list, schema)
  return models.map((model) => {
    const element = underOtherKey(model, merge)
    return { path: [...path, { index: '-', element, list: merge }], kind: 'set', value: element }
  })
}

/** The fields that a struct lacks, but for the keys of a list's element. */
function fieldsFor({ path, value, schema }: Place): readonly fc.Arbitrary<Edit>[] {
  if (!isJsonObject(value) || !(schema instanceof CompiledSchema)) return []
  const step = path.at(-1)
  const keys = typeof step === 'object' && step.list.type === 'map' ? step.list.keys : []
  return [...schema.body.fields]
    .filter(([name]) => !Object.hasOwn(value, name) && keys.every((key) => key.name !== name))
    .filter(([name]) => isFree([...path, name]))
    .map(([name, field]) => fieldFor([...path, name], field))
}

function fieldFor(path: readonly Step[], schema: MergeSchema): fc.Arbitrary<Edit> {
  return exampleOf(schema).map((value) => ({ path, kind: 'set', value }))
}
