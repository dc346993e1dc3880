import test from 'ava'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject, LiveObject } from '../../../../src/model/object.ts'
import type { PatchOperation, PatchPlan } from '../../../../src/model/plan.ts'
import { Secrets } from '../../../../src/model/secrets.ts'
import { bothSensitive, LIVE_UNKNOWN, type Sensitive } from '../../../../src/model/sensitive.ts'
import { changesOf } from '../../../../src/stages/plan/describe/changes.ts'
import { leftOf } from '../../../../src/stages/plan/describe/left.ts'
import { redactedObject } from '../../../../src/stages/plan/describe/redact.ts'
import { secretPlaces } from '../../../../src/stages/render/secrets/secret-places.ts'

const secrets = new Secrets(['hunter2', 'pin'])

function workload(env: JsonValue): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: { spec: { containers: [{ name: 'app', env }] } } },
  }
}

function sensitiveIn(object: KubernetesObject, known = secrets): Sensitive | undefined {
  return { places: secretPlaces(known)(object as JsonObject), secrets: known }
}

function planOf(
  object: KubernetesObject,
  patch: readonly PatchOperation[],
  sensitive?: Sensitive,
): PatchPlan {
  const metadata = { ...object.metadata, uid: 'u', resourceVersion: '1' }
  return {
    action: 'patch',
    key: { group: 'apps', kind: object.kind, namespace: 'acme', name: 'web' },
    live: { ...object, metadata } as LiveObject,
    desired: object,
    patch,
    ...(sensitive && { sensitive }),
  }
}

const ENV = '/spec/template/spec/containers/0/env'
const declared = workload([
  { name: 'PASS', value: 'hunter2' },
  { name: 'MODE', value: 'fast' },
])
const sensitive = sensitiveIn(declared)

test('a field that holds a secret is found by the names on the way to it', (t) => {
  const way = ['spec', 'template', 'spec', 'containers', { element: 'app' }, 'env', { element: 'PASS' }]
  t.deepEqual(sensitive?.places, [[...way, 'value']])
})

test('before and after are redacted where the secret is, whatever the order, and nowhere else', (t) => {
  const live = workload([
    { name: 'MODE', value: 'slow' },
    { name: 'PASS', value: 'an older one' },
  ])
  const patch: readonly PatchOperation[] = [
    { op: 'replace', path: `${ENV}/0/value`, value: 'fast' },
    { op: 'replace', path: `${ENV}/1/value`, value: 'hunter2' },
  ]
  const [mode, pass] = changesOf(planOf(live, patch, sensitive))
  t.like(mode, { before: 'slow', after: 'fast' })
  t.like(pass, { before: '(secret)', after: '(secret)' })
})

test('an element that is added shows all but its secret, and a path no secret either', (t) => {
  const patch: readonly PatchOperation[] = [
    { op: 'add', path: `${ENV}/-`, value: { name: 'PASS', value: 'hunter2' } },
    { op: 'add', path: '/metadata/annotations', value: { 'by-hunter2': 'x', note: 'pin', other: 'pins' } },
    { op: 'add', path: '/spec/hosts', value: [] },
    { op: 'add', path: '/spec/hosts/-', value: 'hunter2.example.com' },
  ]
  const changes = changesOf(planOf(workload([]), patch, sensitive))
  t.deepEqual(changes[0]?.after, { name: 'PASS', value: '(secret)' })
  t.deepEqual(changes[1]?.after, { 'by-(secret)': 'x', note: '(secret)', other: 'pins' })
  t.is(changes[3]?.path, 'spec.hosts["(secret).example.com"]')
  t.false(JSON.stringify(changes).includes('hunter2'))
})

test('a whole subtree that goes shows what is no secret', (t) => {
  const patch: readonly PatchOperation[] = [{ op: 'remove', path: ENV }]
  t.deepEqual(changesOf(planOf(declared, patch, sensitive))[0]?.before, [
    { name: 'PASS', value: '(secret)' },
    { name: 'MODE', value: 'fast' },
  ])
})

test('what was secret before is redacted though Git no longer says it', (t) => {
  const then = workload([{ name: 'OLD', value: 'swordfish' }])
  const both = bothSensitive(sensitiveIn(workload([])), sensitiveIn(then, new Secrets(['swordfish'])))
  const patch: readonly PatchOperation[] = [{ op: 'remove', path: `${ENV}/0` }]
  t.deepEqual(changesOf(planOf(then, patch, both))[0]?.before, { name: 'OLD', value: '(secret)' })
})

test('where nobody knows what was secret all that the cluster holds is redacted', (t) => {
  const then = workload([
    { name: 'MODE', value: 'swordfish' },
    { name: 'OLD', value: 'trout' },
  ])
  const now = workload([{ name: 'MODE', value: 'slow' }])
  const changes = (...patch: PatchOperation[]) =>
    changesOf({ ...planOf(then, patch, LIVE_UNKNOWN), desired: now })
  t.like(changes({ op: 'replace', path: `${ENV}/0/value`, value: 'slow' })[0], {
    before: '(secret)',
    after: 'slow',
  })
  const reordered = [
    { name: 'MODE', value: 'slow' },
    { name: 'OLD', value: 'trout' },
  ]
  t.deepEqual(changes({ op: 'replace', path: ENV, value: reordered })[0]?.after, [
    { name: 'MODE', value: 'slow' },
    { name: '(secret)', value: '(secret)' },
  ])
})

test('without anything sensitive all is shown', (t) => {
  const patch: readonly PatchOperation[] = [{ op: 'remove', path: `${ENV}/0` }]
  t.deepEqual(changesOf(planOf(declared, patch))[0]?.before, { name: 'PASS', value: 'hunter2' })
})

test('a field that is left as it is shows no secret', (t) => {
  const place = '/spec/template/spec/containers/[name=app]/env'
  const why = { reason: 'settled' } as const
  const left = [
    { pointer: `${place}/[name=PASS]/value`, declared: 'hunter2', live: 'another', why },
    { pointer: `${place}/[name=MODE]/value`, declared: 'fast', live: 'slow', why },
    { pointer: `${place}/0/value`, declared: 'fast', live: 'slow', why },
  ]
  const shown = leftOf({ ...planOf(declared, [], sensitive), left }).map(({ live }) => live)
  t.deepEqual(shown, ['(secret)', 'slow', '(secret)'])
})

test('an object to be created is shown without secrets', (t) => {
  t.false(JSON.stringify(redactedObject(declared, sensitive)).includes('hunter2'))
})
