import test from 'ava'
import type { Installation } from '../../../../src/model/installation.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { NO_RULES } from '../../../../src/model/rules.ts'
import type { DirectPush } from '../../../../src/model/settings.ts'
import { isHeldDirectly } from '../../../../src/stages/review/reviewed/is-held-directly.ts'

const origin = { file: 'acme/all.yaml', line: 1, document: 0, pointer: '' }

function installation(objects: readonly KubernetesObject[], rest: Partial<Installation> = {}): Installation {
  return {
    name: 'acme',
    id: 'acme',
    source: 'acme',
    objects: objects.map((object) => ({ object, origin })),
    dependsOn: [],
    rules: NO_RULES,
    faults: [],
    ...rest,
  }
}

const map = (namespace?: string, color = 'grey') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'acme', ...(namespace && { namespace }) },
  data: { color },
})
const role = (verb: string) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'acme' },
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: [verb] }],
})
const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

const RULE = { kinds: ['*.rbac.authorization.k8s.io'], namespaces: ['payments'] }
const held = (
  before: Installation | undefined,
  after: Installation | undefined,
  {
    rule = RULE,
    areAllRequired = true,
    home = 'default',
  }: {
    readonly rule?: DirectPush
    readonly areAllRequired?: boolean
    readonly home?: string
  } = {},
) => isHeldDirectly(before, after, { rule, areAllRequired, namespace: home })

test('a direct push is held where it changes, adds or removes an object of a named kind', (t) => {
  const [none, get, all] = [
    installation([map()]),
    installation([map(), role('get')]),
    installation([map(), role('*')]),
  ]
  t.true(held(get, all))
  t.true(held(none, get))
  t.true(held(get, none))
  t.true(held(undefined, get))
  t.true(held(get, undefined))
  t.false(held(get, installation([map(undefined, 'red'), role('get')])), 'the role stays')
})

test('a direct push is held where it changes an object in a named namespace, whoever names the namespace', (t) => {
  const pair = (place: string | undefined, rest?: Partial<Installation>) =>
    [installation([map(place)], rest), installation([map(place, 'red')], rest)] as const
  t.true(held(...pair('payments')))
  t.true(held(...pair(undefined, { namespace: 'payments' })), 'the installation')
  t.true(held(...pair(undefined), { home: 'payments' }), 'the command')
  t.false(held(...pair(undefined)))
  t.false(held(...pair('shop', { namespace: 'payments' })), 'the object itself comes first')
})

test('a direct push is held where it moves objects into or out of a named namespace', (t) => {
  const [inside, outside] = [{ namespace: 'payments' }, { namespace: 'shop' }]
  t.true(held(installation([map()], outside), installation([map()], inside)))
  t.true(held(installation([map()], inside), installation([map()], outside)))
})

test('a named namespace itself is held like what is in it', (t) => {
  t.true(held(installation([]), installation([namespace('payments')])))
  t.false(held(installation([]), installation([namespace('shop')])))
})

test('a direct push is held where an installation would need no reviews after it', (t) => {
  const [before, after] = [installation([map()], { requiresReview: true }), installation([map()])]
  t.true(held(before, after, { areAllRequired: false }))
  t.false(held(before, after), 'reviews are required of it all the same')
  t.false(held(before, after, { rule: 'allow', areAllRequired: false }))
  t.false(held(before, undefined, { areAllRequired: false }), 'it is removed')
})

test('a direct push is held where it changes a hook of a named kind or namespace', (t) => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', namespace: 'payments' } }
  const hooks = [{ declared: { object: job, origin }, events: ['pre-sync' as const], weight: 0 }]
  t.true(held(installation([map()]), installation([map()], { hooks })))
  t.false(held(installation([map()], { hooks }), installation([map()], { hooks })))
  const elsewhere = hooks.map((each) => ({
    ...each,
    declared: { origin, object: { ...job, metadata: { name: 'migrate' } } },
  }))
  t.false(held(installation([map()]), installation([map()], { hooks: elsewhere })))
  const rule = { kinds: ['Job.batch'], namespaces: [] }
  t.true(held(installation([map()]), installation([map()], { hooks: elsewhere }), { rule }))
})
