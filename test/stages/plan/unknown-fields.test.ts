import test from 'ava'
import type { KubernetesObject } from '../../../src/model/object.ts'
import { compileComponents } from '../../../src/stages/plan/schema/compile-components.ts'
import { unknownFields } from '../../../src/stages/plan/unknown-fields.ts'

const string = { type: 'string' }
const schema = compileComponents({
  Thing: {
    type: 'object',
    properties: {
      apiVersion: string,
      kind: string,
      metadata: {
        type: 'object',
        properties: { name: string, labels: { type: 'object', additionalProperties: string } },
      },
      list: { type: 'array', items: { type: 'object', properties: { a: string } } },
      open: {
        type: 'object',
        properties: { a: { type: 'object', properties: {} } },
        'x-kubernetes-preserve-unknown-fields': true,
      },
      text: string,
    },
  },
})('Thing')

function thing(fields: object, metadata: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x', ...metadata }, ...fields }
}

test('fields that a kind does not have are named by pointer', (t) => {
  const object = thing({ list: [{ a: 'x' }, { b: 1 }], 'sp/ec': 1, constructor: 1 }, { lables: {} })
  t.deepEqual([...unknownFields(object, schema)].sort(), [
    '/constructor',
    '/list/1/b',
    '/metadata/lables',
    '/sp~1ec',
  ])
})

test('the keys of maps and what is kept unseen are no unknown fields', (t) => {
  t.deepEqual(unknownFields(thing({ open: { b: 1 } }, { labels: { any: 'thing' } }), schema), [])
  t.deepEqual(unknownFields(thing({ open: { a: { b: 1 } } }), schema), ['/open/a/b'])
})

test('a value of another type than the schema has is for the server to refuse', (t) => {
  t.deepEqual(unknownFields(thing({ text: { a: 1 }, list: { a: 1 } }), schema), [])
})

test('without a schema nothing is unknown', (t) => {
  t.deepEqual(unknownFields(thing({ x: 1 }), undefined), [])
})
