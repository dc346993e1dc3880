import test from 'ava'
import { collectionPath, objectPath, query } from '../../../src/adapters/cluster/resource-path.ts'

const resource = (group: string, plural: string, namespaced: boolean) => ({
  group,
  version: 'v1',
  kind: 'Thing',
  plural,
  namespaced,
  verbs: [],
})
const pods = resource('', 'pods', true)
const deployments = resource('apps', 'deployments', true)
const clusterRoles = resource('rbac.authorization.k8s.io', 'clusterroles', false)

test('paths of namespaced and cluster-scoped kinds, of the core group and of others', (t) => {
  t.is(collectionPath(pods), '/api/v1/pods')
  t.is(collectionPath(pods, 'eu'), '/api/v1/namespaces/eu/pods')
  t.is(
    objectPath(deployments, { namespace: 'eu', name: 'web' }),
    '/apis/apps/v1/namespaces/eu/deployments/web',
  )
  t.is(
    objectPath(clusterRoles, { namespace: '', name: 'system:node' }),
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
  )
})

test('a name stays one part of the path', (t) => {
  t.is(
    objectPath(pods, { namespace: 'a/../b', name: 'x?y#z' }),
    '/api/v1/namespaces/a%2F..%2Fb/pods/x%3Fy%23z',
  )
})

for (const name of ['', '.', '..']) {
  test(`the name "${name}" is refused: the path would be another's`, (t) => {
    t.throws(() => objectPath(pods, { namespace: 'eu', name }), { instanceOf: RangeError })
    t.throws(() => objectPath(pods, { namespace: name, name: 'web' }), { instanceOf: RangeError })
  })
}

test('a query has what is given, encoded', (t) => {
  t.is(query({ a: 'x=y', b: undefined, c: '', d: 0, e: true }), '?a=x%3Dy&d=0&e=true')
  t.is(query({ a: undefined }), '')
})
