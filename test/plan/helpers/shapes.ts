import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../src/model/json.ts'

/** A small schema language: what a generated kind looks like, and so what its values are. */
export type Shape =
  | { readonly type: 'string' | 'integer' | 'boolean'; readonly default?: JsonValue }
  | { readonly type: 'quantity' }
  | { readonly type: 'any' }
  | { readonly type: 'object'; readonly fields: Readonly<Record<string, Shape>>; readonly atomic: boolean }
  | { readonly type: 'map'; readonly values: Shape }
  | { readonly type: 'list'; readonly merge: 'atomic'; readonly items: Shape }
  | { readonly type: 'list'; readonly merge: 'set' }
  | {
      readonly type: 'list'
      readonly merge: 'map'
      readonly twoKeys: boolean
      readonly fields: Readonly<Record<string, Shape>>
    }

const scalarShape: fc.Arbitrary<Shape> = fc.oneof(
  fc.constant<Shape>({ type: 'string' }),
  fc.constant<Shape>({ type: 'string', default: 'preset' }),
  fc.constant<Shape>({ type: 'integer' }),
  fc.constant<Shape>({ type: 'integer', default: 7 }),
  fc.constant<Shape>({ type: 'boolean' }),
  fc.constant<Shape>({ type: 'quantity' }),
)

const fieldNames = ['alpha', 'b/c', 'd~1e', 'constructor', 'zeta']

function fieldsOf(shape: fc.Arbitrary<Shape>): fc.Arbitrary<Readonly<Record<string, Shape>>> {
  return fc.dictionary(fc.constantFrom(...fieldNames), shape, {
    minKeys: 1,
    maxKeys: 4,
    noNullPrototype: true,
  })
}

const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 4 },
    scalarShape,
    fc.record({ type: fc.constant('object' as const), fields: fieldsOf(tie('shape')), atomic: rarely() }),
    fc.record({ type: fc.constant('map' as const), values: tie('shape') }),
    fc.record({
      type: fc.constant('list' as const),
      merge: fc.constant('atomic' as const),
      items: tie('shape'),
    }),
    fc.constant<Shape>({ type: 'list', merge: 'set' }),
    fc.record({
      type: fc.constant('list' as const),
      merge: fc.constant('map' as const),
      twoKeys: fc.boolean(),
      fields: fieldsOf(tie('shape')),
    }),
    fc.constant<Shape>({ type: 'any' }),
  ),
}))

function rarely(): fc.Arbitrary<boolean> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
}

/** The shape of a kind's `spec`. */
export const specShape: fc.Arbitrary<Shape> = fc.record({
  type: fc.constant('object' as const),
  fields: fieldsOf(shape),
  atomic: fc.constant(false),
})

const COMPONENT = 'io.k8s.api.generated.v1.Thing'
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'

/** The OpenAPI v3 document of a kind of Kubernetes' own whose spec has the shape. */
export function openApiOf(spec: Shape): JsonObject {
  return {
    components: {
      schemas: {
        [QUANTITY]: { oneOf: [{ type: 'string' }, { type: 'number' }] },
        [COMPONENT]: {
          type: 'object',
          properties: { spec: rawOf(spec) },
          'x-kubernetes-group-version-kind': [{ group: 'generated', version: 'v1', kind: 'Thing' }],
        },
      },
    },
  }
}

/** The schema of the shape as OpenAPI or a structural CRD schema writes it. */
export function rawOf(shape: Shape): JsonObject {
  switch (shape.type) {
    case 'quantity':
      return { $ref: `#/components/schemas/${QUANTITY}` }
    case 'any':
      return { 'x-kubernetes-preserve-unknown-fields': true }
    case 'object':
      return {
        type: 'object',
        properties: rawFields(shape.fields),
        ...(shape.atomic && { 'x-kubernetes-map-type': 'atomic' }),
      }
    case 'map':
      return { type: 'object', additionalProperties: rawOf(shape.values) }
    case 'list':
      return rawList(shape)
    default:
      return { ...shape }
  }
}

function rawFields(fields: Readonly<Record<string, Shape>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, rawOf(shape)]))
}

function rawList(shape: Extract<Shape, { type: 'list' }>): JsonObject {
  const list = { type: 'array', 'x-kubernetes-list-type': shape.merge }
  if (shape.merge === 'atomic') return { ...list, items: rawOf(shape.items) }
  if (shape.merge === 'set') return { ...list, items: { type: 'string' } }
  const keys = shape.twoKeys ? ['name', 'protocol'] : ['name']
  const properties = rawFields(elementFields(shape))
  return { ...list, 'x-kubernetes-list-map-keys': keys, items: { type: 'object', properties } }
}

/** All fields of a map list's elements, keys included. */
export function elementFields(shape: Extract<Shape, { merge: 'map' }>): Readonly<Record<string, Shape>> {
  const keys: Record<string, Shape> = { name: { type: 'string' } }
  if (shape.twoKeys) keys.protocol = { type: 'string', default: 'TCP' }
  return { ...shape.fields, ...keys }
}
