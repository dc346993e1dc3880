import test from 'ava'
import type { JsonObject } from '../../../src/model/json.ts'
import type { KubernetesObject } from '../../../src/model/object.ts'
import { lastOtherWriter } from '../../../src/plan/ownership/writers.ts'

function written(...managedFields: JsonObject[]): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', managedFields } }
}

const early = '2026-01-01T00:00:00Z'
const late = '2026-01-02T00:00:00Z'

test('the last writer besides Reeve is named', (t) => {
  const entries = [
    { manager: 'kubectl-edit', time: early },
    { manager: 'autoscaler', time: late },
    { manager: 'reeve', time: '2026-01-03T00:00:00Z' },
  ]
  t.is(lastOtherWriter(written(...entries)), 'autoscaler')
})

test('who writes only the status is no other writer', (t) => {
  t.is(lastOtherWriter(written({ manager: 'controller', time: late, subresource: 'status' })), undefined)
  t.is(lastOtherWriter(written()), undefined)
})
