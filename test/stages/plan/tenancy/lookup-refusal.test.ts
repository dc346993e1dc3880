import test from 'ava'
import { idOf, type ObjectKey } from '../../../../src/model/object.ts'
import type { Allowed } from '../../../../src/model/tenancy.ts'
import { listRefusal, lookupRefusal } from '../../../../src/stages/plan/tenancy/lookup-refusal.ts'

const SEAL = key('Secret', 'default', 'reeve-one-seal')
const OWN = { namespace: 'gitops', objects: new Set([idOf(SEAL)]) }
const ACME: Partial<Allowed> = { namespaces: ['acme'], kinds: ['ConfigMap'] }
const TOKEN = { type: 'kubernetes.io/service-account-token' }

function key(kind: string, namespace: string, name = 'one', group = ''): ObjectKey {
  return { group, kind, namespace, name }
}

function guard(allow: Partial<Allowed>) {
  return { allow: { protected: [], identities: false, ...allow }, own: OWN }
}

/** By title: what is looked up, what is known of it, what is allowed, and what the refusal says, or nothing. */
const OBJECTS: Readonly<Record<string, readonly [ObjectKey, object, Partial<Allowed>, string?]>> = {
  'a Secret': [key('Secret', 'acme'), {}, {}],
  'a Secret of the control plane': [key('Secret', 'kube-system'), {}, {}, 'allow.protected'],
  'a ConfigMap of the control plane': [key('ConfigMap', 'kube-public'), {}, {}, 'allow.protected'],
  'one that is named': [key('Secret', 'kube-system'), {}, { protected: ['kube-system'] }],
  "a Secret of Reeve's own namespace": [key('Secret', 'gitops'), {}, {}, 'allow.protected'],
  'a seal': [SEAL, {}, {}, 'its own state'],
  'a seal, whatever is allowed': [SEAL, {}, { protected: ['reeve', 'default'] }, 'its own state'],
  'the seal of another Reeve': [key('Secret', 'acme'), { type: 'reeve.dev/seal' }, {}, 'its own state'],
  'a token': [key('Secret', 'acme'), TOKEN, {}, 'allow.identities'],
  'a token, where those are allowed': [key('Secret', 'acme'), TOKEN, { identities: true }],
  'a listed kind of a listed namespace': [key('ConfigMap', 'acme'), {}, ACME],
  'another kind': [key('Secret', 'acme'), {}, ACME, 'allow.kinds'],
  'another namespace': [key('ConfigMap', 'other'), {}, ACME, 'allow.namespaces'],
  'a node': [key('Node', ''), {}, {}],
  'a node, where namespaces are listed': [key('Node', ''), {}, { namespaces: ['acme'] }, 'allow.namespaces'],
  'a node, where kinds are listed': [key('Node', ''), {}, ACME, 'allow.kinds'],
  'what tells one cluster from another': [key('Namespace', '', 'kube-system'), {}, {}],
  'the same, with a list': [key('Namespace', '', 'kube-system'), {}, ACME],
  'a namespace that is listed': [key('Namespace', '', 'acme'), {}, ACME],
  'a namespace of others': [key('Namespace', '', 'other'), {}, ACME, 'allow.kinds'],
  'a definition': [key('CustomResourceDefinition', '', 'a.b', 'apiextensions.k8s.io'), {}, ACME],
  'a class': [key('IngressClass', '', 'nginx', 'networking.k8s.io'), {}, ACME],
  'a kind of that name in another group': [
    key('IngressClass', '', 'a', 'example.com'),
    {},
    ACME,
    'allow.kinds',
  ],
}

for (const [title, [looked, content, allow, says]] of Object.entries(OBJECTS))
  test(`charts ${says === undefined ? 'may' : 'may not'} look up: ${title}`, (t) => {
    const found = lookupRefusal(looked, { ...content }, guard(allow))
    t.is(found?.code, says === undefined ? undefined : 'lookup-not-allowed')
    t.true(found?.message.includes(says ?? '') ?? says === undefined, found?.message)
  })

/** By title: kind, namespace, whether the kind has namespaces, what is allowed, and what the refusal says. */
const LISTS: Readonly<Record<string, readonly [ObjectKey, boolean, Partial<Allowed>, string?]>> = {
  'Secrets of a namespace': [key('Secret', 'acme', ''), true, {}],
  'Secrets of the control plane': [key('Secret', 'kube-system', ''), true, {}, 'allow.protected'],
  'Secrets of all namespaces': [key('Secret', '', ''), true, {}],
  'a kind of all namespaces that is not listed': [key('Secret', '', ''), true, ACME, 'allow.kinds'],
  'a listed kind of all namespaces': [key('ConfigMap', '', ''), true, ACME],
  'a listed kind of another namespace': [key('ConfigMap', 'other', ''), true, ACME, 'allow.namespaces'],
  namespaces: [key('Namespace', '', ''), false, ACME],
  nodes: [key('Node', '', ''), false, {}],
  'nodes, where kinds are listed': [key('Node', '', ''), false, ACME, 'allow.kinds'],
}

for (const [title, [listed, isNamespaced, allow, says]] of Object.entries(LISTS))
  test(`charts ${says === undefined ? 'may' : 'may not'} list: ${title}`, (t) => {
    const found = listRefusal(listed, isNamespaced, guard(allow))
    t.is(found?.code, says === undefined ? undefined : 'lookup-not-allowed')
    t.true(found?.message.includes(says ?? '') ?? says === undefined, found?.message)
  })
