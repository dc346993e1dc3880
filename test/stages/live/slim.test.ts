import test from 'ava'
import type { JsonObject } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { slim } from '../../../src/stages/live/slim.ts'

function written(...managedFields: JsonObject[]): LiveObject {
  const metadata = { name: 'web', uid: 'u', resourceVersion: '1' }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...metadata, managedFields } }
}

const entry = (manager: string, subresource?: string): JsonObject => ({
  manager,
  ...(subresource !== undefined && { subresource }),
})

test('of who owns which field only who set the replicas is kept', (t) => {
  const scale = entry('kube-controller-manager', 'scale')
  const kept = slim(written(entry('reeve'), scale, entry('kube-controller-manager', 'status')))
  t.deepEqual(kept, written(scale))
})

test('an object whose replicas nobody scaled is without managedFields', (t) => {
  const { metadata } = slim(written(entry('reeve')))
  t.deepEqual(metadata, { name: 'web', uid: 'u', resourceVersion: '1' })
})
