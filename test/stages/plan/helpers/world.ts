import fc from 'fast-check'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import type { MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { served } from './api-server-model.ts'
import { compileSchema } from './compile-schema.ts'
import { addForeign } from './foreign.ts'
import { openApiOf, type Shape, specShape } from './shapes.ts'
import { arbitraryValue } from './values.ts'

/** A kind, what Git said and says, and what is live after others and drift had their way. */
export interface World {
  readonly shape: Shape
  readonly schema: MergeSchema | undefined
  readonly base: KubernetesObject
  readonly declared: KubernetesObject
  readonly live: KubernetesObject
  /** FieldsV1 of what others own. */
  readonly foreign: JsonObject
}

const GVK = { group: 'generated', version: 'v1', kind: 'Thing' }

export const worlds: fc.Arbitrary<World> = specShape.chain((shape) => {
  const spec = arbitraryValue(shape)
  return fc
    .record({
      base: spec,
      declared: spec,
      other: spec,
      drift: fc.option(spec, { freq: 3 }),
      applies: fc.boolean(),
    })
    .map(({ base, declared, other, drift, applies }) => {
      const applied = served(drift === null ? base : overlaid(base, drift), shape)
      const added = addForeign(applied, declared, other, shape, applies)
      return {
        shape,
        schema: compileSchema(openApiOf(shape), GVK),
        base: thing(base),
        declared: thing(declared),
        live: thing(served(added.value, shape)),
        foreign: Object.keys(added.fields).length === 0 ? {} : { 'f:spec': added.fields },
      }
    })
})

export function thing(spec: JsonValue): KubernetesObject {
  return { apiVersion: 'generated/v1', kind: 'Thing', metadata: { name: 'thing' }, spec }
}

export function specOf(object: KubernetesObject): JsonValue {
  return object.spec as JsonValue
}

/** Drift: fields that base has too are changed; nothing is added. */
function overlaid(base: JsonValue, drift: JsonValue): JsonValue {
  if (!isJsonObject(base) || !isJsonObject(drift)) return base
  const entries = Object.entries(base).map(([name, value]) => {
    const other = Object.hasOwn(drift, name) ? drift[name] : undefined
    return [name, isScalar(value) && isScalar(other) ? other : overlaid(value, other ?? null)] as const
  })
  return Object.fromEntries(entries) as JsonObject
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return value !== undefined && (value === null || typeof value !== 'object') && value !== null
}

/** The same value with the keys of objects, and the elements of lists by keys, in another order. */
export function shuffled(value: JsonValue, shape: Shape): JsonValue {
  if (isJsonArray(value) && shape.type === 'list') {
    if (shape.merge === 'set') return value.toReversed()
    const below = value.map((element) => shuffledElement(element, shape))
    return shape.merge === 'map' ? below.toReversed() : below
  }
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).toReversed()
  return Object.fromEntries(entries.map(([name, entry]) => [name, shuffled(entry, below(shape, name))]))
}

function shuffledElement(element: JsonValue, shape: Extract<Shape, { type: 'list' }>): JsonValue {
  if (shape.merge === 'atomic') return shuffled(element, shape.items)
  if (shape.merge === 'set') return element
  return shuffled(element, { type: 'object', fields: shape.fields, atomic: false })
}

export function below(shape: Shape, name: string): Shape {
  if (shape.type === 'map') return shape.values
  const field = shape.type === 'object' && Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined
  return field ?? { type: 'any' }
}
