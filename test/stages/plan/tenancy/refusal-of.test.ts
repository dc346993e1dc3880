import { readFile } from 'node:fs/promises'
import test from 'ava'
import { loadAll } from 'js-yaml'
import { idOf, type KubernetesObject, keyOf } from '../../../../src/model/object.ts'
import type { Allowed, OwnPlace } from '../../../../src/model/tenancy.ts'
import { refusalOf } from '../../../../src/stages/plan/tenancy/refusal-of.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'
const NONE: Allowed = { protected: [], identities: false }
const LEASE = object('Lease', 'default', 'reeve-default', 'coordination.k8s.io/v1')
const OWN: OwnPlace = {
  namespace: 'gitops',
  objects: new Set([idOf(keyOf(LEASE))]),
}

function object(kind: string, namespace: string, name = 'one', apiVersion = 'v1', more: object = {}) {
  const metadata = namespace === '' ? { name } : { name, namespace }
  return { apiVersion, kind, metadata, ...more } as KubernetesObject
}

function labelled(): KubernetesObject {
  const role = object('ClusterRole', '', 'one', RBAC)
  return { ...role, metadata: { ...role.metadata, labels: { 'reeve.dev/aggregate-to-reeve': 'true' } } }
}

function forToken(): KubernetesObject {
  const secret = object('Secret', 'acme')
  const annotations = { 'kubernetes.io/service-account.name': 'strong' }
  return { ...secret, metadata: { ...secret.metadata, annotations } }
}

const binding = (subject: object) => object('RoleBinding', 'acme', 'one', RBAC, { subjects: [subject] })

const everyone = (name: string) => binding({ kind: 'Group', name })

/** By title: an object, what is allowed, and the key that the refusal names, or nothing. */
const CASES: Readonly<Record<string, readonly [KubernetesObject, Partial<Allowed>, string?]>> = {
  'anything that is not protected': [object('ConfigMap', 'acme'), {}],
  'a protected namespace': [object('ConfigMap', 'kube-system'), {}, 'allow.protected'],
  'a protected namespace itself': [object('Namespace', '', 'kube-system'), {}, 'allow.protected'],
  'one that a pattern allows': [
    object('ConfigMap', 'kube-system'),
    { namespaces: ['kube-*'] },
    'allow.protected',
  ],
  'one that is named': [object('ConfigMap', 'kube-system'), { protected: ['kube-system'] }],
  'one that is listed by name': [object('ConfigMap', 'kube-system'), { namespaces: ['kube-system'] }],
  "Reeve's own namespace": [object('ConfigMap', 'gitops'), {}, 'allow.protected'],
  "Reeve's own Lease": [LEASE, {}, 'allow.protected'],
  "Reeve's own Lease, where its objects are allowed": [LEASE, { protected: ['reeve'] }],
  "Reeve's own definitions": [
    object('CustomResourceDefinition', '', 'installations.reeve.dev', 'apiextensions.k8s.io/v1'),
    {},
    'allow.protected',
  ],
  "another project's definitions": [
    object('CustomResourceDefinition', '', 'chats.example.dev', 'apiextensions.k8s.io/v1'),
    {},
  ],
  "Reeve's own role": [object('ClusterRole', '', 'reeve-custom', RBAC), {}, 'allow.protected'],
  'a role of that name in a namespace': [object('Role', 'acme', 'reeve', RBAC), {}, 'allow.protected'],
  "a binding by another's name": [object('RoleBinding', 'acme', 'reeves', RBAC), {}],
  "a role that is added to Reeve's": [labelled(), {}, 'allow.protected'],
  'a binding for Reeve': [
    binding({ kind: 'ServiceAccount', name: 'reeve', namespace: 'gitops' }),
    {},
    'allow.protected',
  ],
  'a binding for the user that Reeve is': [
    binding({ kind: 'User', name: 'system:serviceaccount:gitops:reeve' }),
    {},
    'allow.protected',
  ],
  'a binding for all accounts of its namespace': [
    binding({ kind: 'Group', name: 'system:serviceaccounts:gitops' }),
    {},
    'allow.protected',
  ],
  'a binding for all service accounts': [everyone('system:serviceaccounts'), {}, 'allow.protected'],
  'a binding for all who are known': [everyone('system:authenticated'), {}, 'allow.protected'],
  'a binding for all who are not known': [everyone('system:unauthenticated'), {}, 'allow.protected'],
  'a binding for all, where Reeve is opened': [everyone('system:authenticated'), { protected: ['reeve'] }],
  'a binding for all accounts of another namespace': [everyone('system:serviceaccounts:acme'), {}],
  'a binding for a user of that name': [binding({ kind: 'User', name: 'system:authenticated' }), {}],
  'a binding for an account of that name': [binding({ kind: 'ServiceAccount', name: 'reeve' }), {}],
  'a binding whose subjects are no list': [
    object('RoleBinding', 'acme', 'one', RBAC, { subjects: 'reeve' }),
    {},
  ],
  'a Secret of a token': [
    object('Secret', 'acme', 'one', 'v1', { type: 'kubernetes.io/service-account-token' }),
    {},
    'allow.identities',
  ],
  'a Secret of a token, where those are allowed': [
    object('Secret', 'acme', 'one', 'v1', { type: 'kubernetes.io/service-account-token' }),
    { identities: true },
  ],
  'a bootstrap token': [
    object('Secret', 'acme', 'one', 'v1', { type: 'bootstrap.kubernetes.io/token' }),
    {},
    'allow.identities',
  ],
  'a Secret of no type for the token of an account': [forToken(), {}, 'allow.identities'],
  'a Secret for the token of an account, where those are allowed': [forToken(), { identities: true }],
  'a request for a certificate': [
    object('CertificateSigningRequest', '', 'one', 'certificates.k8s.io/v1'),
    {},
    'allow.identities',
  ],
  'a kind that is not listed': [object('Secret', 'acme'), { kinds: ['ConfigMap'] }, 'allow.kinds'],
  'a kind of another group': [
    object('ConfigMap', 'acme', 'one', 'example.dev/v1'),
    { kinds: ['ConfigMap'] },
    'allow.kinds',
  ],
  'a kind of a listed group': [object('Chat', 'acme', 'one', 'example.dev/v1'), { kinds: ['*.example.dev'] }],
  'a namespace that is not listed': [
    object('ConfigMap', 'other'),
    { namespaces: ['acme', 'eu-*'] },
    'allow.namespaces',
  ],
  'a namespace of a listed pattern': [object('ConfigMap', 'eu-1'), { namespaces: ['acme', 'eu-*'] }],
  'a listed namespace itself': [object('Namespace', '', 'acme'), { namespaces: ['acme'] }],
  'a namespace itself that is not listed': [
    object('Namespace', '', 'other'),
    { namespaces: ['acme'] },
    'allow.namespaces',
  ],
  'an object of the cluster, where namespaces are listed': [
    object('ClusterRole', '', 'one', RBAC),
    { namespaces: ['acme'] },
    'allow.kinds',
  ],
  'an object of the cluster whose kind is listed, too': [
    object('ClusterRole', '', 'one', RBAC),
    { namespaces: ['acme'], kinds: ['ClusterRole.rbac.authorization.k8s.io'] },
  ],
}

/** By title: an object as it is, of which Git declares the name alone, and the key that the refusal names. */
const LIVE: Readonly<Record<string, readonly [KubernetesObject, string?]>> = {
  'a binding for another account': [binding({ kind: 'ServiceAccount', name: 'acme', namespace: 'acme' })],
  'a binding for Reeve': [
    binding({ kind: 'ServiceAccount', name: 'reeve', namespace: 'gitops' }),
    'allow.protected',
  ],
  "a role that is added to Reeve's": [labelled(), 'allow.protected'],
  'a Secret of a token': [
    object('Secret', 'acme', 'one', 'v1', { type: 'kubernetes.io/service-account-token' }),
    'allow.identities',
  ],
  'a bootstrap token': [
    object('Secret', 'acme', 'one', 'v1', { type: 'bootstrap.kubernetes.io/token' }),
    'allow.identities',
  ],
  'any other Secret': [object('Secret', 'acme', 'one', 'v1', { type: 'Opaque' })],
}

for (const [title, [live, expected]] of Object.entries(LIVE)) {
  test(`${expected === undefined ? 'allowed' : 'refused'} by what it is: ${title}`, (t) => {
    const { apiVersion, kind, metadata } = live
    const { labels: _, ...rest } = metadata
    const guard = { allow: NONE, own: OWN }
    const found = refusalOf({ key: keyOf(live), object: { apiVersion, kind, metadata: rest }, live }, guard)
    t.is(found?.code, expected === undefined ? undefined : 'not-allowed')
    t.true(found === undefined || found.message.includes(expected ?? ''))
  })
}

test('refused: every role and binding of manifests/', async (t) => {
  for (const file of ['rbac', 'rbac-wide', 'rbac-impersonation']) {
    const url = new URL(`../../../../manifests/${file}.yaml`, import.meta.url)
    const objects = loadAll(await readFile(url, 'utf8')) as unknown as KubernetesObject[]
    const own = objects.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'reeve')
    t.true(own.length > 1)
    for (const object of own.filter(({ apiVersion }) => apiVersion === RBAC)) {
      const bare = { ...object, metadata: { ...object.metadata, labels: {} }, subjects: [] }
      const found = refusalOf({ key: keyOf(object), object: bare }, { allow: NONE, own: OWN })
      t.is(found?.code, 'not-allowed', `${object.kind} ${object.metadata.name}`)
    }
  }
})

for (const [title, [declared, allow, expected]] of Object.entries(CASES)) {
  test(`${expected === undefined ? 'allowed' : 'refused'}: ${title}`, (t) => {
    const origin = { file: 'a.yaml', line: 3 }
    const guard = { allow: { ...NONE, ...allow }, own: OWN }
    const found = refusalOf({ key: keyOf(declared), object: declared, origin }, guard)
    t.is(found?.code, expected === undefined ? undefined : 'not-allowed')
    if (expected === undefined) return
    t.true(found?.message.includes(expected), found?.message)
    t.deepEqual(found?.location, origin)
  })
}
