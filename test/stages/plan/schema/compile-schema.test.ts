import test from 'ava'
import type { JsonObject } from '../../../../src/model/json.ts'
import { compileSchemas } from '../../../../src/stages/plan/schema/compile-schema.ts'
import { compileSchema } from '../helpers/compile-schema.ts'

const gvk = { group: 'apps', version: 'v1', kind: 'Thing' }
const SPEC = 'io.k8s.api.apps.v1.ThingSpec'
const element = {
  type: 'object',
  properties: {
    port: { type: 'integer', default: 0 },
    protocol: { type: 'string', default: 'TCP' },
    other: { type: 'string' },
  },
}

function document(properties: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    components: {
      schemas: {
        'io.k8s.api.apps.v1.Thing': {
          type: 'object',
          properties: { spec: { allOf: [{ $ref: `#/components/schemas/${SPEC}` }], default: {} } },
          'x-kubernetes-group-version-kind': [gvk],
        },
        [SPEC]: { type: 'object', properties },
        'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
        'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
          format: 'int-or-string',
          oneOf: [{ type: 'integer' }, { type: 'string' }],
        },
        ...more,
      },
    },
  }
}

function field(property: JsonObject, more: JsonObject = {}) {
  return compileSchema(document({ it: property }, more), gvk)
    ?.field('spec')
    ?.field('it')
}

test('a kind that the document does not have has no schema', (t) => {
  t.is(compileSchema(document({}), { ...gvk, kind: 'Other' }), undefined)
  t.is(compileSchema(document({}), { ...gvk, version: 'v2' }), undefined)
  t.is(compileSchema({}, gvk), undefined)
})

const list = { type: 'array', items: element }
const lists: readonly (readonly [title: string, property: JsonObject, merge: object])[] = [
  ['a list is atomic', list, { type: 'atomic' }],
  [
    'an atomic list is atomic, whatever its patch strategy',
    {
      ...list,
      'x-kubernetes-list-type': 'atomic',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'port',
    },
    { type: 'atomic' },
  ],
  [
    'a set is a set',
    { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    { type: 'set' },
  ],
  [
    'a map list has its keys with their defaults',
    { ...list, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port', 'protocol'] },
    {
      type: 'map',
      keys: [
        { name: 'port', default: 0 },
        { name: 'protocol', default: 'TCP' },
      ],
    },
  ],
  [
    'the list type wins over the patch merge key',
    {
      ...list,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['other'],
      'x-kubernetes-patch-merge-key': 'port',
      'x-kubernetes-patch-strategy': 'merge',
    },
    { type: 'map', keys: [{ name: 'other' }] },
  ],
  [
    'without a list type the patch merge key counts',
    { ...list, 'x-kubernetes-patch-merge-key': 'other', 'x-kubernetes-patch-strategy': 'merge,retainKeys' },
    { type: 'map', keys: [{ name: 'other' }] },
  ],
  [
    'a merge strategy on scalars is a set',
    { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' },
    { type: 'set' },
  ],
  ['a map list without keys is atomic', { ...list, 'x-kubernetes-list-type': 'map' }, { type: 'atomic' }],
]

for (const [title, property, merge] of lists) {
  test(title, (t) => t.deepEqual(field(property)?.list as object, merge))
}

const formats: readonly (readonly [property: JsonObject, format: string])[] = [
  [{ type: 'string' }, 'plain'],
  [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' }, 'quantity'],
  [
    { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString' }] },
    'int-or-string',
  ],
  [{ type: 'string', format: 'byte' }, 'bytes'],
  [{ type: 'string', format: 'date-time' }, 'time'],
  [{ type: 'string', format: 'duration' }, 'duration'],
  [{ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }, 'int-or-string'],
  [
    {
      'x-kubernetes-int-or-string': true,
      pattern:
        '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
    },
    'quantity',
  ],
]

for (const [property, format] of formats) {
  test(`${JSON.stringify(property).slice(0, 80)} is written as ${format}`, (t) => {
    t.is(field(property)?.type, 'scalar')
    t.is(field(property)?.format, format as never)
  })
}

test('what stands beside a $ref in an allOf wins over what it refers to', (t) => {
  const more = {
    Ref: { type: 'object', properties: { a: { type: 'string' } }, 'x-kubernetes-map-type': 'atomic' },
  }
  const site = {
    allOf: [{ $ref: '#/components/schemas/Ref' }],
    'x-kubernetes-map-type': 'granular',
    default: {},
  }
  t.true(field({ $ref: '#/components/schemas/Ref' }, more)?.atomic)
  t.false(field(site, more)?.atomic)
  t.deepEqual(field(site, more)?.default, {})
})

test('a schema that refers to itself compiles', (t) => {
  const node = {
    type: 'object',
    properties: { next: { $ref: '#/components/schemas/Node' }, value: { type: 'string' } },
  }
  const schema = field({ $ref: '#/components/schemas/Node' }, { Node: node })
  t.is(schema?.field('next')?.field('next')?.field('value')?.type, 'scalar')
})

test('a $ref in a circle ends as anything at all', (t) => {
  const more = { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } }
  t.is(field({ $ref: '#/components/schemas/A' }, more)?.type, 'any')
})

test('unknown fields are kept where the schema says so', (t) => {
  const kept = field({
    type: 'object',
    properties: { a: { type: 'string' } },
    'x-kubernetes-preserve-unknown-fields': true,
  })
  t.true(kept?.open)
  t.is(kept?.field('a')?.type, 'scalar')
  t.is(kept?.field('other')?.type, 'any')
  t.is(field({ type: 'object', properties: {} })?.field('other'), undefined)
})

test('an embedded resource has metadata', (t) => {
  const schema = field({
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
  })
  t.deepEqual(schema?.field('metadata')?.field('finalizers')?.list, { type: 'set' })
})

test('fields named like those of Object.prototype are fields like any other', (t) => {
  t.is(field({ type: 'object', properties: {} })?.field('constructor'), undefined)
  t.is(
    compileSchema(document({ constructor: { type: 'string' } }), gvk)
      ?.field('spec')
      ?.field('constructor')?.type,
    'scalar',
  )
})

test('kinds of one document share what they have in common', (t) => {
  const other = {
    type: 'object',
    properties: { spec: { $ref: `#/components/schemas/${SPEC}` } },
    'x-kubernetes-group-version-kind': [{ ...gvk, kind: 'Other' }],
  }
  const raw = document(
    { deep: { type: 'object', properties: { a: { type: 'string' } } } },
    { 'io.k8s.api.apps.v1.Other': other },
  )
  const [one, two] = compileSchemas(raw, [gvk, { ...gvk, kind: 'Other' }])
  t.truthy(one?.field('spec')?.field('deep'))
  t.is(one?.field('spec')?.field('deep'), two?.field('spec')?.field('deep'))
})
