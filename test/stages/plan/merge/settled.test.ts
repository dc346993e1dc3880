import test from 'ava'
import type { JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { differences, merge } from '../../../../src/stages/plan/merge/merge.ts'
import { settledDigest, settledOf } from '../../../../src/stages/plan/merge/settled.ts'
import { compileComponents } from '../../../../src/stages/plan/schema/compile-components.ts'

function thing(spec: JsonValue): KubernetesObject {
  return { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' }, spec }
}

const schema = compileComponents({
  Thing: {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          size: { type: 'string' },
          tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
          parts: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name', 'kind'],
            items: {
              type: 'object',
              properties: {
                name: { type: 'string' },
                kind: { type: 'string', default: 'a/b' },
                value: { type: 'integer' },
              },
            },
          },
        },
      },
    },
  },
})('Thing')

test('differences name fields by the keys of list elements', (t) => {
  const declared = thing({ size: 'big', tags: ['x'], parts: [{ name: 'one', value: 1 }, { name: 'two' }] })
  const live = thing({ tags: [], parts: [{ name: 'zero' }, { name: 'one', value: 2 }] })
  t.deepEqual(differences(declared, live, schema), [
    { pointer: '/spec/size', declared: 'big', live: undefined },
    { pointer: '/spec/tags/[=x]', declared: 'x', live: undefined },
    { pointer: '/spec/parts/[name=one,kind=a~1b]/value', declared: 1, live: 2 },
    { pointer: '/spec/parts/[name=two,kind=a~1b]', declared: { name: 'two' }, live: undefined },
  ])
})

test('what is settled is not sent again, whatever the order of lists', (t) => {
  const declared = thing({ size: 'big', parts: [{ name: 'one', value: 1 }] })
  const settled = settledOf(differences(declared, thing({ parts: [{ name: 'one', value: 2 }] }), schema))
  const live = thing({ parts: [{ name: 'other' }, { name: 'one', value: 2 }] })
  t.deepEqual(merge({ declared, base: { kind: 'none' }, live, schema, settled }), [])
})

test('another live value, or another declared one, is no longer settled', (t) => {
  const settled = settledOf(differences(thing({ size: 'big' }), thing({ size: 'huge' }), schema))
  const patch = (declared: JsonValue, live: JsonValue) =>
    merge({ declared: thing(declared), base: { kind: 'none' }, live: thing(live), schema, settled })
  t.deepEqual(patch({ size: 'big' }, { size: 'huge' }), [])
  t.is(patch({ size: 'big' }, { size: 'small' }).length, 1)
  t.is(patch({ size: 'big' }, {}).length, 1)
  t.is(patch({ size: 'bigger' }, { size: 'huge' }).length, 1)
})

test('a null that the server defaults again settles, too', (t) => {
  const settled = settledOf(differences(thing({ size: null }), thing({ size: 'huge' }), schema))
  const patch = merge({
    declared: thing({ size: null }),
    base: { kind: 'none' },
    live: thing({ size: 'huge' }),
    schema,
    settled,
  })
  t.deepEqual(patch, [])
})

test('the digest of settled differences does not depend on their order, and is empty for none', (t) => {
  const one = { pointer: '/a', declared: 1, live: 2 }
  const two = { pointer: '/b', declared: { x: 1, y: 2 }, live: undefined }
  t.is(settledDigest([]), '')
  t.is(settledDigest([one, two]), settledDigest([{ ...two, declared: { y: 2, x: 1 } }, one]))
  t.not(settledDigest([one]), settledDigest([{ ...one, live: 3 }]))
  t.not(settledDigest([one]), settledDigest([{ ...one, declared: 2 }]))
  t.regex(settledDigest([one]), /^[\w-]{10}$/)
})
