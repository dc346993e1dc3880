import test from 'ava'
import type { JsonObject } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { schemaOfCrd } from '../../../../src/stages/plan/schema/schema-of-crd.ts'

function crd(version: JsonObject): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: { group: 'example.com', versions: [{ name: 'v1', ...version }] },
  }
}

const openAPIV3Schema = {
  type: 'object',
  properties: {
    metadata: { type: 'object' },
    spec: {
      type: 'object',
      properties: { tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' } },
    },
  },
}

test('a CRD has the schema of its version', (t) => {
  const schema = schemaOfCrd(crd({ schema: { openAPIV3Schema } }), 'v1')
  t.deepEqual(schema?.field('spec')?.field('tags')?.list, { type: 'set' })
  t.false(schema?.field('spec')?.field('tags')?.dropsEmpty)
  t.is(schema?.field('unknown'), undefined)
})

test('metadata, apiVersion and kind are known though the CRD does not describe them', (t) => {
  const schema = schemaOfCrd(crd({ schema: { openAPIV3Schema } }), 'v1')
  t.is(schema?.field('metadata')?.field('labels')?.type, 'map')
  t.is(schema?.field('apiVersion')?.type, 'scalar')
})

test('a version that the CRD does not have has no schema', (t) => {
  t.is(schemaOfCrd(crd({ schema: { openAPIV3Schema } }), 'v2'), undefined)
  t.is(schemaOfCrd({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } }, 'v1'), undefined)
})

test('a version without a schema keeps every field and knows metadata', (t) => {
  const schema = schemaOfCrd(crd({}), 'v1')
  t.is(schema?.field('spec')?.field('anything')?.type, 'any')
  t.deepEqual(schema?.field('metadata')?.field('finalizers')?.list, { type: 'set' })
})
