import test from 'ava'
import type { DeclaredObject } from '../../../src/model/installation.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { RELEASE_ANNOTATION } from '../../../src/model/labels.ts'
import type { KubernetesObject } from '../../../src/model/object.ts'
import { asleep } from '../../../src/stages/render/hibernate.ts'

const MATTERMOST = 'installation.mattermost.com/v1beta1'

function declared(
  apiVersion: string,
  kind: string,
  spec: JsonObject,
  annotations?: JsonObject,
): DeclaredObject {
  const metadata = { name: 'one', ...(annotations && { annotations }) }
  const object = { apiVersion, kind, metadata, spec } as KubernetesObject
  return { object, origin: { file: 'a.yaml', line: 1, document: 0, pointer: '' } }
}

function sleeping(one: DeclaredObject, rules: Parameters<typeof asleep>[1] = []) {
  const { objects, leftAlone } = asleep([one], rules)
  const [only] = objects
  return { only, spec: only?.object.spec, leftAlone }
}

const CASES: readonly (readonly [string, string, JsonObject, JsonObject, readonly string[]])[] = [
  ['apps/v1', 'Deployment', { replicas: 3, a: 1 }, { replicas: 0, a: 1 }, ['/spec/replicas']],
  ['apps/v1', 'StatefulSet', {}, { replicas: 0 }, ['/spec/replicas']],
  ['v1', 'ReplicationController', { replicas: 2 }, { replicas: 0 }, ['/spec/replicas']],
  ['argoproj.io/v1alpha1', 'Rollout', { replicas: 2 }, { replicas: 0 }, ['/spec/replicas']],
  ['batch/v1', 'CronJob', { schedule: '@daily' }, { schedule: '@daily', suspend: true }, ['/spec/suspend']],
  [
    'apps/v1',
    'DaemonSet',
    { template: { spec: { nodeSelector: { disk: 'fast' } } } },
    { template: { spec: { nodeSelector: { disk: 'fast', 'reeve.dev/hibernated': 'true' } } } },
    ['/spec/template/spec/nodeSelector/reeve.dev~1hibernated'],
  ],
  [
    MATTERMOST,
    'Mattermost',
    { size: '100users', jobServer: { dedicatedJobServer: true }, version: '10' },
    { replicas: 0, version: '10' },
    ['/spec/replicas', '/spec/size', '/spec/jobServer'],
  ],
]

for (const [apiVersion, kind, spec, asleep, pointers] of CASES)
  test(`a ${kind} sleeps`, (t) => {
    const { only, spec: found } = sleeping(declared(apiVersion, kind, spec))
    t.deepEqual(found, asleep)
    t.deepEqual(only?.sleep, pointers)
  })

test('what runs nothing stays as it is', (t) => {
  for (const one of [
    declared('v1', 'Service', { a: 1 }),
    declared('example.com/v1', 'Deployment', { replicas: 2 }),
  ])
    t.is(sleeping(one).only, one)
})

test('what runs once is left alone, and Pods that nothing starts again go', (t) => {
  const job = declared('batch/v1', 'Job', {})
  const hook = declared('v1', 'Pod', {}, { [RELEASE_ANNOTATION]: 'digest' })
  for (const one of [job, hook]) t.like(sleeping(one), { only: undefined, leftAlone: [one] })
  t.like(sleeping(declared('v1', 'Pod', {})), { only: undefined, leftAlone: [] })
})

test('the first rule that selects an object says how it sleeps, also of kinds that Reeve knows', (t) => {
  const rules = [
    { objects: { kind: 'Deployment', name: 'other' }, set: { spec: { replicas: 9 } } },
    { objects: { kind: 'Deployment' }, set: { spec: { replicas: 1, strategy: null } } },
    { objects: {}, set: { spec: { suspend: true } } },
  ]
  t.deepEqual(sleeping(declared('apps/v1', 'Deployment', { strategy: {}, b: 2 }), rules).spec, {
    replicas: 1,
    b: 2,
  })
  const { only, leftAlone } = sleeping(declared('batch/v1', 'Job', { a: 1 }), rules)
  t.deepEqual([only?.object.spec, leftAlone], [{ a: 1, suspend: true }, []])
})

test('a rule makes no other object of one, and reaches no prototype', (t) => {
  const set = JSON.parse(
    '{"kind": "Secret", "metadata": {"name": "two", "namespace": "x"}, "__proto__": {"polluted": 1}}',
  )
  const { only } = sleeping(declared('apps/v1', 'Deployment', {}), [{ objects: {}, set }])
  t.like(only?.object, { kind: 'Deployment', metadata: { name: 'one' } })
  t.is(only?.object.metadata.namespace, undefined)
  t.is(({} as JsonObject).polluted, undefined)
})
