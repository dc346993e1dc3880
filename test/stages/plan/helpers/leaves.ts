import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import { elementFields, type Shape } from './shapes.ts'
import { elementName } from './values.ts'
import { below } from './world.ts'

/** A path of field names and, for elements of lists by keys, their names; and the value there. */
export type Leaf = readonly [path: string, value: JsonValue]

/** Every value that merges as one, by a path that does not depend on the order of lists. */
export function leaves(value: JsonValue, shape: Shape, path = ''): readonly Leaf[] {
  if (isJsonArray(value) && shape.type === 'list' && shape.merge !== 'atomic') {
    return value.flatMap((element) => elementLeaves(element, shape, path))
  }
  if (!isJsonObject(value) || (shape.type === 'object' && shape.atomic))
    return [[path, ordered(value, shape)]]
  return Object.entries(value).flatMap(([name, entry]) =>
    leaves(entry, below(shape, name), `${path} .${name}`),
  )
}

function elementLeaves(
  element: JsonValue,
  shape: Extract<Shape, { type: 'list' }>,
  path: string,
): readonly Leaf[] {
  if (shape.merge !== 'map' || !isJsonObject(element)) return [[`${path} [${String(element)}]`, true]]
  const place = `${path} [${elementName(element)}]`
  const all = elementFields(shape)
  const keys: readonly string[] = shape.keys
  const fields = Object.fromEntries(Object.entries(element).filter(([name]) => !keys.includes(name)))
  return [[place, true], ...leaves(fields, { type: 'object', fields: all, atomic: false }, place)]
}

/** What FieldsV1 says is owned, as paths like those of `leaves`; not the elements that are owned themselves. */
export function ownedPaths(fields: JsonObject, path = ''): readonly string[] {
  return Object.entries(fields).flatMap(([name, node]) => {
    if (name === '.') return []
    const place = `${path} ${step(name)}`
    const isLeaf = !isJsonObject(node) || Object.keys(node).length === 0
    return isLeaf ? [place] : ownedPaths(node, place)
  })
}

/** The elements that are owned themselves, by '.'. */
export function ownedElements(fields: JsonObject, path = ''): readonly string[] {
  return Object.entries(fields).flatMap(([name, node]) => {
    if (name === '.' || !isJsonObject(node)) return []
    const place = `${path} ${step(name)}`
    return [...('.' in node ? [place] : []), ...ownedElements(node, place)]
  })
}

function step(name: string): string {
  if (name.startsWith('f:')) return `.${name.slice(2)}`
  const parsed: JsonValue = JSON.parse(name.slice(2))
  return name.startsWith('k:') ? `[${elementName(parsed)}]` : `[${String(parsed)}]`
}

/** The value with the elements of lists by keys in one order, wherever they are in it. */
function ordered(value: JsonValue, shape: Shape): JsonValue {
  if (isJsonArray(value) && shape.type === 'list') return orderedList(value, shape)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([name, entry]) => [name, ordered(entry, below(shape, name))])
  return Object.fromEntries(entries.sort())
}

function orderedList(list: readonly JsonValue[], shape: Extract<Shape, { type: 'list' }>): JsonValue {
  if (shape.merge === 'set') return list.toSorted()
  if (shape.merge === 'atomic') return list.map((element) => ordered(element, shape.items))
  const fields = elementFields(shape)
  return list
    .toSorted((one, other) => (elementName(one) < elementName(other) ? -1 : 1))
    .map((element) => ordered(element, { type: 'object', fields, atomic: false }))
}
