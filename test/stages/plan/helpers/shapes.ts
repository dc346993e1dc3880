import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'

/** A small schema language: what a generated kind looks like, and so what its values are. */
export type Shape =
  | { readonly type: 'string' | 'integer' | 'boolean'; readonly default?: JsonValue }
  /** A string that may be null, in a custom resource. */
  | { readonly type: 'nullable' }
  | { readonly type: 'quantity' | 'int-or-string' }
  | { readonly type: 'any' }
  | ObjectShape
  | { readonly type: 'map'; readonly values: Shape }
  | { readonly type: 'list'; readonly merge: 'atomic'; readonly items: Shape }
  | { readonly type: 'list'; readonly merge: 'set' }
  | {
      readonly type: 'list'
      readonly merge: 'map'
      readonly keys: readonly ListKey[]
      readonly fields: Readonly<Record<string, Shape>>
    }

export interface ObjectShape {
  readonly type: 'object'
  readonly fields: Readonly<Record<string, Shape>>
  readonly atomic: boolean
  /** Fields that have no schema are kept (x-kubernetes-preserve-unknown-fields). */
  readonly open?: boolean
  /** Another whole object (x-kubernetes-embedded-resource). */
  readonly embedded?: boolean
  /** The spec of a custom resource, and not of a Go type: empty maps and lists are kept. */
  readonly custom?: boolean
}

/** The names of a map list's keys; all but the name have a default. */
export type ListKey = 'name' | 'protocol' | 'index'

const KEY_SHAPES: Readonly<Record<ListKey, Shape>> = {
  name: { type: 'string' },
  protocol: { type: 'string', default: 'TCP' },
  index: { type: 'integer', default: 0 },
}

const scalarShape: fc.Arbitrary<Shape> = fc.oneof(
  fc.constant<Shape>({ type: 'string' }),
  fc.constant<Shape>({ type: 'string', default: 'preset' }),
  fc.constant<Shape>({ type: 'integer' }),
  fc.constant<Shape>({ type: 'integer', default: 7 }),
  fc.constant<Shape>({ type: 'boolean' }),
  fc.constant<Shape>({ type: 'quantity' }),
  fc.constant<Shape>({ type: 'int-or-string' }),
  fc.constant<Shape>({ type: 'nullable' }),
)

/** What an embedded object has at least: the metadata is one of Kubernetes' own types. */
const embeddedShape: Shape = {
  type: 'object',
  atomic: false,
  open: true,
  embedded: true,
  fields: {
    metadata: {
      type: 'object',
      atomic: false,
      fields: {
        labels: { type: 'map', values: { type: 'string' } },
        finalizers: { type: 'list', merge: 'set' },
      },
    },
  },
}

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
    fc.record({
      type: fc.constant('object' as const),
      fields: fieldsOf(tie('shape')),
      atomic: rarely(),
      open: rarely(),
    }),
    fc.constant<Shape>(embeddedShape),
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
      keys: fc.constantFrom<readonly ListKey[]>(
        ['name'],
        ['name', 'protocol'],
        ['protocol', 'name', 'index'],
      ),
      fields: fieldsOf(tie('shape')),
    }),
    fc.constant<Shape>({ type: 'any' }),
  ),
}))

function rarely(): fc.Arbitrary<boolean> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
}

/** The shape of a kind's `spec`. */
export const specShape: fc.Arbitrary<ObjectShape> = fc.record({
  type: fc.constant('object' as const),
  fields: fieldsOf(shape),
  atomic: fc.constant(false),
  custom: fc.boolean(),
})

const GO_COMPONENT = 'io.k8s.api.generated.v1.Thing'
const CUSTOM_COMPONENT = 'com.example.generated.v1.Thing'
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'

/** The OpenAPI v3 document of a kind whose spec has the shape: one of Kubernetes' own, or of a CRD. */
export function openApiOf(spec: ObjectShape): JsonObject {
  return {
    components: {
      schemas: {
        [QUANTITY]: { oneOf: [{ type: 'string' }, { type: 'number' }] },
        [spec.custom ? CUSTOM_COMPONENT : GO_COMPONENT]: {
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
    case 'int-or-string':
      return { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }
    case 'nullable':
      return { type: 'string', nullable: true }
    case 'any':
      return { 'x-kubernetes-preserve-unknown-fields': true }
    case 'object':
      return rawObject(shape)
    case 'map':
      return { type: 'object', additionalProperties: rawOf(shape.values) }
    case 'list':
      return rawList(shape)
    default:
      return { ...shape }
  }
}

function rawObject({ fields, atomic, open, embedded }: ObjectShape): JsonObject {
  return {
    type: 'object',
    properties: embedded ? {} : rawFields(fields),
    ...(atomic && { 'x-kubernetes-map-type': 'atomic' }),
    ...(open && { 'x-kubernetes-preserve-unknown-fields': true }),
    ...(embedded && { 'x-kubernetes-embedded-resource': true }),
  }
}

function rawFields(fields: Readonly<Record<string, Shape>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, rawOf(shape)]))
}

function rawList(shape: Extract<Shape, { type: 'list' }>): JsonObject {
  const list = { type: 'array', 'x-kubernetes-list-type': shape.merge }
  if (shape.merge === 'atomic') return { ...list, items: rawOf(shape.items) }
  if (shape.merge === 'set') return { ...list, items: { type: 'string' } }
  const properties = rawFields(elementFields(shape))
  return { ...list, 'x-kubernetes-list-map-keys': shape.keys, items: { type: 'object', properties } }
}

/** All fields of a map list's elements, keys included. */
export function elementFields(shape: Extract<Shape, { merge: 'map' }>): Readonly<Record<string, Shape>> {
  const keys = shape.keys.map((key) => [key, KEY_SHAPES[key]] as const)
  return { ...shape.fields, ...Object.fromEntries(keys) }
}

/** What tells an element from its siblings, defaults included. */
export function keysOf(element: JsonValue, { keys }: Extract<Shape, { merge: 'map' }>): JsonObject {
  const values = element as JsonObject
  return Object.fromEntries(
    keys.map((key) => {
      const shape = KEY_SHAPES[key]
      const preset = 'default' in shape ? shape.default : undefined
      return [key, values[key] ?? preset ?? null]
    }),
  )
}
