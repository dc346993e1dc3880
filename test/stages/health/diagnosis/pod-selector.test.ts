import test from 'ava'
import type { JsonValue } from '../../../../src/model/json.ts'
import { isBegun, podSelectorOf } from '../../../../src/stages/health/diagnosis/pod-selector.ts'

const expressions = [
  { key: 'tier', operator: 'In', values: ['web', 'api'] },
  { key: 'track', operator: 'NotIn', values: ['canary'] },
  { key: 'app', operator: 'Exists' },
  { key: 'old', operator: 'DoesNotExist' },
]

for (const [apiVersion, kind, selector, expected] of [
  ['apps/v1', 'Deployment', { matchLabels: { app: 'web', tier: '' } }, 'app=web,tier='],
  [
    'apps/v1',
    'StatefulSet',
    { matchExpressions: expressions },
    'tier in (web,api),track notin (canary),app,!old',
  ],
  ['apps/v1', 'DaemonSet', { matchLabels: { a: 'b' }, matchExpressions: expressions.slice(2, 3) }, 'a=b,app'],
  ['apps/v1', 'ReplicaSet', { matchLabels: { a: 'b' } }, 'a=b'],
  [
    'batch/v1',
    'Job',
    { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } },
    'batch.kubernetes.io/controller-uid=u',
  ],
  ['v1', 'ReplicationController', { app: 'web' }, 'app=web'],
  ['v1', 'ReplicationController', undefined, undefined],
  ['v1', 'Service', { app: 'web' }, undefined],
  ['example.dev/v1', 'Deployment', { matchLabels: { app: 'web' } }, undefined],
] as const)
  test(`a ${kind} of ${apiVersion} selects its Pods by ${expected}`, (t) => {
    const metadata = { name: 'a', uid: 'u', resourceVersion: '1' }
    const spec = { ...(selector !== undefined && { selector: selector as JsonValue }) }
    t.is(podSelectorOf({ apiVersion, kind, metadata, spec }), expected)
  })

for (const [kind, status, expected] of [
  ['apps/v1 Deployment', undefined, false],
  ['apps/v1 Deployment', { observedGeneration: 1 }, true],
  ['batch/v1 Job', {}, false],
  ['batch/v1 Job', { startTime: '2026-01-01T00:00:00Z' }, true],
  ['example.dev/v1 Chat', { observedGeneration: 1 }, false],
] as const)
  test(`a ${kind} of status ${JSON.stringify(status)} may${expected ? '' : ' not'} have Pods by now`, (t) => {
    const [apiVersion = '', name = ''] = kind.split(' ')
    const metadata = { name: 'a', uid: 'u', resourceVersion: '1' }
    t.is(isBegun({ apiVersion, kind: name, metadata, ...(status && { status }) }), expected)
  })
