import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import { elementFields, keysOf, type Shape } from './shapes.ts'
import { elementName } from './values.ts'

/** A value after another writer added to it, and the FieldsV1 that records what it owns. */
export interface Added {
  readonly value: JsonValue
  readonly fields: JsonObject
}

/**
 * Adds what `other` has and neither the live nor the declared value has. A writer that applies on the
 * server side, too, owns the elements that it puts something in; one that updates does not.
 */
export function addForeign(
  live: JsonValue,
  declared: JsonValue | undefined,
  other: JsonValue,
  shape: Shape,
  applies: boolean,
): Added {
  if (isJsonObject(live) && isJsonObject(other) && isOpenTo(declared, isJsonObject)) {
    const isMergeable =
      shape.type === 'map' || shape.type === 'any' || (shape.type === 'object' && !shape.atomic)
    return isMergeable
      ? addFields(live, declared, other, (name) => shapeOfField(shape, name), applies)
      : kept(live)
  }
  if (shape.type !== 'list' || !isJsonArray(live) || !isJsonArray(other)) return kept(live)
  if (!isOpenTo(declared, isJsonArray) || shape.merge === 'atomic') return kept(live)
  return shape.merge === 'set'
    ? addToSet(live, declared, other)
    : addElements(live, declared, other, shape, applies)
}

function isOpenTo<T extends JsonValue>(
  declared: JsonValue | undefined,
  isSame: (value: unknown) => value is T,
): declared is T | undefined {
  return declared === undefined || isSame(declared)
}

function kept(value: JsonValue): Added {
  return { value, fields: {} }
}

function shapeOfField(shape: Shape, name: string): Shape {
  if (shape.type === 'map') return shape.values
  return (shape.type === 'object' ? shape.fields[name] : undefined) ?? { type: 'any' }
}

function addFields(
  live: JsonObject,
  declared: JsonObject | undefined,
  other: JsonObject,
  shapeOf: (name: string) => Shape,
  applies: boolean,
): Added {
  const value: Record<string, JsonValue> = { ...live }
  const fields: Record<string, JsonValue> = {}
  for (const [name, entry] of Object.entries(other)) {
    if (entry === null) continue
    const ours = declared && Object.hasOwn(declared, name) ? declared[name] : undefined
    if (Object.hasOwn(live, name)) {
      const below = addForeign(live[name] ?? null, ours, entry, shapeOf(name), applies)
      value[name] = below.value
      if (Object.keys(below.fields).length > 0) fields[`f:${name}`] = below.fields
    } else if (ours === undefined) {
      value[name] = entry
      fields[`f:${name}`] = {}
    }
  }
  return { value, fields }
}

function addToSet(
  live: readonly JsonValue[],
  declared: readonly JsonValue[] | undefined,
  other: readonly JsonValue[],
): Added {
  const fresh = other.filter((entry) => !live.includes(entry) && !declared?.includes(entry))
  return {
    value: [...fresh, ...live],
    fields: Object.fromEntries(fresh.map((entry) => [`v:${JSON.stringify(entry)}`, {}])),
  }
}

function addElements(
  live: readonly JsonValue[],
  declared: readonly JsonValue[] | undefined,
  other: readonly JsonValue[],
  shape: Extract<Shape, { merge: 'map' }>,
  applies: boolean,
): Added {
  const value = [...live]
  const fields: Record<string, JsonValue> = {}
  for (const element of other) {
    const ours = declared?.find((entry) => elementName(entry) === elementName(element))
    const index = value.findIndex((entry) => elementName(entry) === elementName(element))
    const all = elementFields(shape)
    const below =
      index < 0
        ? { value: element, fields: {} }
        : addFields(
            value[index] as JsonObject,
            ours as JsonObject | undefined,
            element as JsonObject,
            (name) => all[name] ?? { type: 'any' },
            applies,
          )
    if (index < 0 && ours !== undefined) continue
    if (index < 0) value.unshift(element)
    else value[index] = below.value
    const own: JsonObject = index >= 0 && applies ? { '.': {}, ...below.fields } : below.fields
    if (index < 0 || Object.keys(own).length > 0) fields[keyField(element, shape)] = own
  }
  return { value, fields }
}

function keyField(element: JsonValue, shape: Extract<Shape, { merge: 'map' }>): string {
  return `k:${JSON.stringify(keysOf(element, shape))}`
}
