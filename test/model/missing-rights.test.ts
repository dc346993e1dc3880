import test from 'ava'
import { load } from 'js-yaml'
import { fault } from '../../src/model/fault.ts'
import { grantRemedy } from '../../src/model/missing-rights.ts'
import { shareRemedies } from '../../src/model/share-remedies.ts'

const USER = 'system:serviceaccount:reeve-system:reeve'
const denied = (verb: string, resource: string, group: string, where = 'at the cluster scope') =>
  `${resource} is forbidden: User "${USER}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`

const roleOf = (remedy = '') => remedy.split('\n').slice(1).join('\n')

test('a refused kind is granted as a whole, in a ClusterRole to be applied', (t) => {
  t.is(
    grantRemedy([denied('list', 'chats', 'example.dev')]),
    `grant ${USER} these rights; where manifests/ is applied, this ClusterRole does, elsewhere it must also be bound:
  apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRole
  metadata:
    name: reeve-chats-22137e
    labels:
      reeve.dev/aggregate-to-reeve: "true"
  rules:
    - apiGroups: [example.dev]
      resources: [chats]
      verbs: [get, list, watch, create, patch, delete]`,
  )
})

test('all refused kinds are in one ClusterRole, each once, whatever their order', (t) => {
  const messages = [
    denied('create', 'leases', 'coordination.k8s.io', 'in the namespace "a"'),
    denied('list', 'pods', ''),
    denied('list', 'leases', 'coordination.k8s.io'),
    denied('patch', 'deployments/scale', 'apps'),
    denied('bind', 'clusterroles', 'rbac.authorization.k8s.io'),
    denied('list', 'endpoints', ''),
  ]
  const all = ['get', 'list', 'watch', 'create', 'patch', 'delete']
  const remedy = grantRemedy(messages)
  t.like(load(roleOf(remedy)), {
    metadata: { name: 'reeve-clusterroles-deployments-scale-endpoints-and-2-more-92c370' },
    rules: [
      { apiGroups: [''], resources: ['endpoints', 'pods'], verbs: all },
      { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['patch'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: all },
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: [...all, 'bind'] },
    ],
  })
  t.is(grantRemedy(messages.toReversed()), remedy)
})

test('a ClusterRole for other rights has another name, so that applying it takes none away', (t) => {
  const nameOf = (...messages: string[]) => /name: (.*)/.exec(grantRemedy(messages) ?? '')?.[1]
  const names = [
    nameOf(denied('list', 'chats', 'example.dev')),
    nameOf(denied('list', 'chats', 'other.dev')),
    nameOf(denied('bind', 'chats', 'example.dev')),
    nameOf(denied('patch', 'chats/scale', 'example.dev')),
    nameOf(denied('get', 'chats/scale', 'example.dev')),
  ]
  t.is(new Set(names).size, names.length, names.join())
  t.is(nameOf(denied('watch', 'chats', 'example.dev')), names[0], 'the same rights')
})

test('a long list of kinds stays within 80 columns', (t) => {
  const remedy = grantRemedy(
    Array.from({ length: 40 }, (_, index) => denied('list', `things${index}`, 'a.b')),
  )
  t.true(
    roleOf(remedy)
      .split('\n')
      .every((line) => line.length <= 80),
  )
  t.is((load(roleOf(remedy)) as { rules: { resources: string[] }[] }).rules[0]?.resources.length, 40)
})

test('words that name no right, or a wildcard, grant nothing', (t) => {
  for (const message of [
    '<html>blocked by the proxy</html>',
    'forbidden: User "reeve" cannot get path "/version"',
    denied('list', '*', 'example.dev'),
    denied('list', 'x]\nverbs: [bind', 'example.dev'),
  ])
    t.is(grantRemedy([message]), undefined, message)
})

test('an installation is told the ClusterRole once, by the same object in any order', (t) => {
  const faulty = (kind: string, resource: string) => ({
    key: { group: 'a.b', kind, namespace: 'x', name: 'y' },
    fault: fault('forbidden', denied('list', resource, 'a.b')),
  })
  const faults = [faulty('Second', 'seconds'), faulty('First', 'firsts')]
  const told = shareRemedies(faults).map(({ fault, objects }) => [
    objects[0]?.kind,
    fault.remedy.split('\n').length,
  ])
  t.deepEqual(told, [
    ['Second', 1],
    ['First', 11],
  ])
  const [first] = shareRemedies(faults.toReversed())
  t.regex(first?.fault.remedy ?? '', /resources: \[firsts, seconds\]/)
})
