import test from 'ava'
import type { KubernetesObject } from '../../../src/model/object.ts'
import type { Kinds, Resource } from '../../../src/model/schema.ts'
import { resolve } from '../../../src/stages/plan/resolve.ts'

const resources: readonly Resource[] = [
  {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    kind: 'PodMetrics',
    plural: 'pods',
    namespaced: true,
    verbs: ['get', 'list'],
  },
  {
    group: 'packages.example.com',
    version: 'v1',
    kind: 'Package',
    plural: 'packages',
    namespaced: true,
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update'],
  },
  {
    group: 'example.com',
    version: 'v1',
    kind: 'Leaving',
    plural: 'leavings',
    namespaced: true,
    verbs: ['delete', 'deletecollection', 'get', 'list', 'watch'],
  },
  { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, verbs: [] },
  { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false, verbs: [] },
  { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true, verbs: [] },
]

const kinds: Kinds = {
  unavailable: [],
  resource: (gvk) =>
    resources.find((one) => one.group === gvk.group && one.version === gvk.version && one.kind === gvk.kind),
  preferred: (group, kind) => resources.find((one) => one.group === group && one.kind === kind),
  all: () => resources,
}

function resolved(...objects: readonly KubernetesObject[]) {
  const declared = objects.map((object, document) => ({
    object,
    origin: { file: 'a.yaml', line: document * 10 + 1, document, pointer: '' },
  }))
  return resolve({ objects: declared }, kinds, { namespace: 'default' })
}

function object(kind: string, metadata: object, apiVersion = 'v1'): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'x', ...metadata } }
}

test('a namespaced object without a namespace goes to the default one', (t) => {
  const [one, two] = resolved(object('ConfigMap', {}), object('ConfigMap', { namespace: 'eu' })).objects
  t.is(one?.object.metadata.namespace, 'default')
  t.is(one?.key.namespace, 'default')
  t.is(two?.key.namespace, 'eu')
})

test('a cluster-scoped object loses its namespace, as with kubectl', (t) => {
  const [one] = resolved(object('Namespace', { namespace: 'eu' })).objects
  t.deepEqual(one?.object.metadata, { name: 'x' })
  t.is(one?.key.namespace, '')
})

test('an unknown kind waits', (t) => {
  const { objects, blocked } = resolved(object('Widget', {}, 'example.com/v1'))
  t.is(objects.length, 0)
  t.is(blocked[0]?.fault.code, 'unknown-kind')
  t.is(blocked[0]?.fault.location?.line, 1)
  t.regex(blocked[0]?.fault.message ?? '', /example\.com\/v1 Widget declared$/)
})

test('a kind whose definition is being deleted is one that the cluster does not serve', (t) => {
  const { objects, blocked } = resolved(object('Leaving', {}, 'example.com/v1'))
  t.is(objects.length, 0)
  t.is(blocked[0]?.fault.code, 'unknown-kind')
  t.regex(
    blocked[0]?.fault.message ?? '',
    /v1 Leaving declared; its CustomResourceDefinition is being deleted$/,
  )
})

test('another version or group of the kind that the cluster serves is named', (t) => {
  const { blocked } = resolved(
    object('Deployment', {}, 'apps/v1beta1'),
    object('Deployment', {}, 'extensions/v1beta1'),
  )
  t.regex(blocked[0]?.fault.message ?? '', /apps\/v1beta1 Deployment declared; apps\/v1 served$/)
  t.regex(blocked[1]?.fault.message ?? '', /extensions\/v1beta1 Deployment declared; apps\/v1 served$/)
})

test('an object in a version that is not served keeps its key, so that it is not pruned', (t) => {
  const { blocked } = resolved(object('Deployment', {}, 'apps/v1beta1'))
  t.deepEqual(blocked[0]?.key, { group: 'apps', kind: 'Deployment', namespace: 'default', name: 'x' })
})

test('two declarations that turn out to be one object: the first one counts', (t) => {
  const { objects, blocked } = resolved(
    object('ConfigMap', { namespace: 'default' }),
    object('ConfigMap', {}),
  )
  t.is(objects.length, 1)
  t.is(blocked[0]?.fault.code, 'duplicate-object')
  t.regex(blocked[0]?.fault.message ?? '', /a\.yaml:1$/)
  t.is(blocked[0]?.fault.location?.line, 11)
})

test('kinds that cannot be listed, watched, created, changed and deleted are refused, also where they are not served', (t) => {
  const { objects, blocked } = resolved(
    object('PodMetrics', {}, 'metrics.k8s.io/v1beta1'),
    object('Package', {}, 'packages.example.com/v1'),
    object('SubjectAccessReview', {}, 'authorization.k8s.io/v1'),
    object('TokenRequest', {}, 'authentication.k8s.io/v1'),
    object('ConfigMap', {}),
  )
  t.deepEqual(
    blocked.map(({ fault }) => `${fault.code} ${fault.location?.line} ${fault.message.split(': ').at(-1)}`),
    [
      'unmanageable-kind 1 metrics.k8s.io/v1beta1 PodMetrics; its API has no watch, create, patch, delete',
      'unmanageable-kind 11 packages.example.com/v1 Package; its API has no watch',
      'unmanageable-kind 21 authorization.k8s.io/v1 SubjectAccessReview',
      'unmanageable-kind 31 authentication.k8s.io/v1 TokenRequest',
    ],
  )
  t.is(objects.length, 1)
})
