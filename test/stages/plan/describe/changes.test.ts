import test from 'ava'
import type { JsonObject } from '../../../../src/model/json.ts'
import { type KubernetesObject, keyOf } from '../../../../src/model/object.ts'
import type { PatchOperation, PatchPlan } from '../../../../src/model/plan.ts'
import { changesOf } from '../../../../src/stages/plan/describe/changes.ts'
import { patchedObject } from '../../../../src/stages/plan/describe/patched.ts'
import { redactedObject } from '../../../../src/stages/plan/describe/redact.ts'
import { labels, liveOf } from '../helpers/objects.ts'

function patchOf(
  kind: string,
  fields: JsonObject,
  patch: readonly PatchOperation[],
  metadata: JsonObject = {},
): PatchPlan {
  const live = liveOf(
    { apiVersion: 'v1', kind, metadata: { name: 'x', namespace: 'eu' }, ...fields } as KubernetesObject,
    metadata,
  )
  return {
    action: 'patch',
    key: keyOf(live),
    live,
    desired: live,
    patch: [{ op: 'test', path: '/metadata/uid', value: 'uid-1' }, ...patch],
  }
}

test('fields are named for people, elements by their name', (t) => {
  const spec = {
    containers: [{ name: 'side' }, { name: 'app', image: 'a:1', ports: [{ containerPort: 80 }] }],
    args: ['x'],
  }
  const plan = patchOf('Thing', { spec }, [
    { op: 'replace', path: '/spec/containers/1/image', value: 'a:2' },
    { op: 'remove', path: '/spec/containers/1/ports/0' },
    { op: 'add', path: '/metadata/labels', value: { 'app.kubernetes.io/name': 'x' } },
    { op: 'remove', path: '/spec/containers/0' },
    { op: 'add', path: '/spec/containers/-', value: { name: 'new' } },
    { op: 'replace', path: '/spec/containers/0/image', value: 'a:3' },
  ])
  t.deepEqual(changesOf(plan), [
    { path: 'spec.containers[name=app].image', before: 'a:1', after: 'a:2' },
    { path: 'spec.containers[name=app].ports[containerPort=80]', before: { containerPort: 80 } },
    { path: 'metadata.labels', after: { 'app.kubernetes.io/name': 'x' } },
    { path: 'spec.containers[name=side]', before: { name: 'side' } },
    { path: 'spec.containers[name=new]', after: { name: 'new' } },
    { path: 'spec.containers[name=app].image', before: 'a:2', after: 'a:3' },
  ])
})

test('names that are no plain words are quoted', (t) => {
  const plan = patchOf('Thing', {}, [{ op: 'replace', path: '/metadata/annotations/a.b~1c', value: '2' }], {
    annotations: { 'a.b/c': '1' },
  })
  t.deepEqual(changesOf(plan), [{ path: 'metadata.annotations["a.b/c"]', before: '1', after: '2' }])
})

test("Reeve's own labels and annotation are left out", (t) => {
  const plan = patchOf('Thing', {}, [
    { op: 'add', path: '/metadata/labels', value: labels('acme') },
    { op: 'add', path: '/metadata/annotations', value: { 'reeve.dev/applied': 'x', mine: 'y' } },
    { op: 'replace', path: '/metadata/labels/reeve.dev~1installation', value: 'z' },
  ])
  t.deepEqual(changesOf(plan), [{ path: 'metadata.annotations', after: { mine: 'y' } }])
})

test('no value of a Secret is ever shown', (t) => {
  const record = { 'kubectl.kubernetes.io/last-applied-configuration': 'hunter2' }
  const plan = patchOf(
    'Secret',
    { data: { a: 'aHVudGVyMg==', b: 'x' }, type: 'Opaque' },
    [
      { op: 'replace', path: '/data/a', value: 'hunter2' },
      { op: 'remove', path: '/data/b' },
      { op: 'replace', path: '/data', value: { c: 'hunter2' } },
      { op: 'add', path: '/stringData', value: 'hunter2' },
      { op: 'remove', path: '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration' },
      { op: 'replace', path: '/metadata/annotations', value: record },
      { op: 'add', path: '/metadata/labels', value: { plain: 'text' } },
    ],
    { annotations: record },
  )
  const changes = changesOf(plan)
  t.false(JSON.stringify(changes).includes('hunter2') || JSON.stringify(changes).includes('aHVudGVyMg'))
  t.deepEqual(changes.slice(0, 3), [
    { path: 'data.a', before: '(secret)', after: '(secret)' },
    { path: 'data.b', before: '(secret)' },
    { path: 'data', before: { a: '(secret)' }, after: { c: '(secret)' } },
  ])
  t.deepEqual(changes.at(-1), { path: 'metadata.labels', after: { plain: 'text' } })
})

test('a Secret that is shown as a whole has names and no values', (t) => {
  const shown = redactedObject({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'x',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'hunter2', other: 'y' },
    },
    data: { a: 'hunter2' },
    stringData: { b: 'hunter2' },
  })
  t.deepEqual(shown.data as object, { a: '(secret)' })
  t.deepEqual(shown.stringData as object, { b: '(secret)' })
  t.is(shown.metadata.annotations?.other, 'y')
  t.false(JSON.stringify(shown).includes('hunter2'))
})

test('other kinds are shown as they are', (t) => {
  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: { a: 'b' },
  }
  t.deepEqual(redactedObject(object), object)
})

test('a live object with a key __proto__ is described and pollutes nothing', (t) => {
  const data = JSON.parse('{"__proto__":"x"}')
  const plan = patchOf('Thing', { data }, [
    { op: 'remove', path: '/data/__proto__' },
    { op: 'add', path: '/data/a', value: 'b' },
  ])
  t.is(changesOf(plan).length, 2)
  t.is(patchedObject(plan).kind, 'Thing')
  t.is(({} as Record<string, unknown>).x, undefined)
})

test('long integers are patched and shown with all their digits', (t) => {
  const spec = { a: 9007199254740993n, kept: 18446744073709551615n }
  const plan = patchOf('Thing', { spec }, [{ op: 'replace', path: '/spec/a', value: 9007199254740995n }])
  t.deepEqual(patchedObject(plan).spec, { ...spec, a: 9007199254740995n })
  t.deepEqual(changesOf(plan), [{ path: 'spec.a', before: 9007199254740993n, after: 9007199254740995n }])
})
