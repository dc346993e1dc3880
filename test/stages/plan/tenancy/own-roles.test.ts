import test from 'ava'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { ownRoles } from '../../../../src/stages/plan/tenancy/own-roles.ts'

const GROUP = 'rbac.authorization.k8s.io'
const OWN = { namespace: 'gitops', objects: new Set<string>() }

function object(kind: string, namespace: string, name: string, more: object = {}, labels = {}) {
  const metadata = { name, labels, ...(namespace && { namespace }) }
  return { apiVersion: `${GROUP}/v1`, kind, metadata, ...more } as KubernetesObject
}

function binding(namespace: string, roleKind: string, role: string, account: string) {
  const subjects = [{ kind: 'ServiceAccount', name: 'reeve', namespace: account }]
  const roleRef = { apiGroup: GROUP, kind: roleKind, name: role }
  return object(namespace ? 'RoleBinding' : 'ClusterRoleBinding', namespace, 'one', { roleRef, subjects })
}

const gathering = (name: string, selector: object, labels = {}) =>
  object('ClusterRole', '', name, { aggregationRule: { clusterRoleSelectors: [selector] } }, labels)

test('roles that bindings give to Reeve, wherever they are', (t) => {
  const bindings = [
    binding('acme', 'Role', 'one', 'gitops'),
    binding('acme', 'ClusterRole', 'two', 'gitops'),
    binding('', 'ClusterRole', 'three', 'gitops'),
    binding('acme', 'Role', 'theirs', 'acme'),
  ]
  t.deepEqual(
    [...ownRoles(bindings, [], OWN).ids],
    [`${GROUP}/Role/acme/one`, `${GROUP}/ClusterRole//two`, `${GROUP}/ClusterRole//three`],
  )
})

test('roles that are added to those, and to those in turn', (t) => {
  const roles = [
    gathering('all', { matchLabels: { to: 'all' } }),
    gathering('some', { matchExpressions: [{ key: 'to', operator: 'In', values: ['some'] }] }, { to: 'all' }),
    object('ClusterRole', '', 'leaf', {}, { to: 'some' }),
    gathering('other', { matchExpressions: [{ key: 'to', operator: 'Exists' }] }),
    object('ClusterRole', '', 'stranger', {}, { to: 'nothing' }),
  ]
  const { ids, selectors } = ownRoles([binding('', 'ClusterRole', 'all', 'gitops')], roles, OWN)
  t.deepEqual(
    [...ids].map((id) => id.split('/').at(-1)),
    ['all', 'some', 'leaf'],
  )
  t.is(selectors.length, 2)
})
