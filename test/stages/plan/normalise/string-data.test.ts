import test from 'ava'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { foldStringData } from '../../../../src/stages/plan/normalise/string-data.ts'

function secret(fields: object, apiVersion = 'v1'): KubernetesObject {
  return { apiVersion, kind: 'Secret', metadata: { name: 'db' }, ...fields }
}

test('stringData is written over data as base64', (t) => {
  const folded = foldStringData(secret({ data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'new', c: 'ü' } }))
  t.deepEqual({ ...(folded.data as object) }, { a: 'YQ==', b: 'bmV3', c: 'w7w=' })
  t.false('stringData' in folded)
})

test('a key of null writes nothing', (t) => {
  const folded = foldStringData(secret({ data: { a: 'YQ==' }, stringData: { a: null, b: null, c: '' } }))
  t.deepEqual({ ...(folded.data as object) }, { a: 'YQ==', c: '' })
})

test('a stringData of null is dropped', (t) => {
  t.deepEqual(foldStringData(secret({ stringData: null })), secret({}))
})

test('a stringData that the server will refuse is left to it', (t) => {
  for (const stringData of ['text', { a: 1 }]) {
    const declared = secret({ stringData })
    t.is(foldStringData(declared), declared)
  }
})

test('other kinds keep a field of that name', (t) => {
  const declared = secret({ stringData: { a: 'b' } }, 'example.com/v1')
  t.is(foldStringData(declared), declared)
})
