import test from 'ava'
import type { JsonObject } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { lastWriterOf } from '../../../../src/stages/plan/ownership/last-writer.ts'

const early = '2026-01-01T00:00:00Z'
const late = '2026-01-02T00:00:00Z'

/** A Deployment with two containers, written by these managers. */
function written(...managedFields: JsonObject[]): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x', labels: { team: 'a' }, finalizers: ['a/b', 'c/d'], managedFields },
    spec: {
      replicas: 3,
      template: {
        spec: {
          containers: [
            { name: 'app', image: 'app:1', ports: [{ containerPort: 80, protocol: 'TCP' }] },
            { name: 'side', image: 'side:1' },
          ],
        },
      },
    },
  }
}

const replicas = { 'f:spec': { 'f:replicas': {} } }
const labels = { 'f:metadata': { 'f:labels': { 'f:team': {} } } }
const container = (name: string, fields: JsonObject) => ({
  'f:spec': {
    'f:template': { 'f:spec': { 'f:containers': { [`k:{"name":"${name}"}`]: { '.': {}, ...fields } } } },
  },
})

test('the writer that has the field is named, not one that wrote something else later', (t) => {
  const live = written(
    { manager: 'scaler', time: early, fieldsV1: replicas },
    { manager: 'labeller', time: late, fieldsV1: labels },
    { manager: 'reeve', time: late, fieldsV1: replicas },
  )
  t.is(lastWriterOf(live, ['/spec/replicas']), 'scaler')
  t.is(lastWriterOf(live, ['/metadata/labels/team', '/spec/replicas']), 'labeller')
})

test('of several that have the field the last one is named', (t) => {
  const live = written(
    { manager: 'second', time: late, fieldsV1: replicas },
    { manager: 'first', time: early, fieldsV1: replicas },
  )
  t.is(lastWriterOf(live, ['/spec/replicas']), 'second')
})

test('elements of lists are found by their keys and values', (t) => {
  const live = written(
    { manager: 'app', time: early, fieldsV1: container('app', { 'f:image': {} }) },
    { manager: 'side', time: late, fieldsV1: container('side', { 'f:image': {} }) },
    {
      manager: 'ports',
      time: late,
      fieldsV1: container('app', {
        'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { 'f:name': {} } },
      }),
    },
    { manager: 'keeper', time: early, fieldsV1: { 'f:metadata': { 'f:finalizers': { 'v:"c/d"': {} } } } },
  )
  t.is(lastWriterOf(live, ['/spec/template/spec/containers/0/image']), 'app')
  t.is(lastWriterOf(live, ['/spec/template/spec/containers/1/image']), 'side')
  t.is(lastWriterOf(live, ['/spec/template/spec/containers/0/ports/0']), 'ports')
  t.is(lastWriterOf(live, ['/metadata/finalizers/1']), 'keeper')
})

test('where nobody has the field the last writer besides Reeve is named', (t) => {
  const live = written(
    { manager: 'scaler', time: early, fieldsV1: replicas },
    { manager: 'labeller', time: late, fieldsV1: labels },
    { manager: 'reeve', time: '2026-01-03T00:00:00Z', fieldsV1: replicas },
  )
  t.is(lastWriterOf(live, ['/spec/paused']), 'labeller')
  t.is(lastWriterOf(live, []), 'labeller')
})

test('who writes only the status is no other writer', (t) => {
  const status = { 'f:status': { 'f:replicas': {} } }
  t.is(
    lastWriterOf(written({ manager: 'c', time: late, subresource: 'status', fieldsV1: status }), []),
    undefined,
  )
  t.is(lastWriterOf(written(), ['/spec/replicas']), undefined)
})
