import test from 'ava'
import { APPLIED_ANNOTATION, PRUNE_ANNOTATION } from '../../../src/model/labels.ts'
import { idOf, keyOf, type LiveObject } from '../../../src/model/object.ts'
import { generatedId } from '../../../src/stages/plan/generated-name.ts'
import { type DeletionScope, limitDeletions, planPrune, undeclared } from '../../../src/stages/plan/prune.ts'
import { appliedLive, configMap } from './helpers/objects.ts'

function live(name: string, fields: object = {}, metadata: object = {}): LiveObject {
  return { ...appliedLive(configMap({}, { name, ...metadata })), ...fields } as LiveObject
}

function many(count: number): readonly LiveObject[] {
  return Array.from({ length: count }, (_, index) => live(`n${index}`))
}

interface More extends Partial<Omit<DeletionScope, 'installation' | 'objects'>> {
  readonly allowed?: ReadonlySet<string>
}

function prune(owned: readonly LiveObject[], keep: readonly LiveObject[], more: More = {}) {
  const { allowed = new Set<string>(), ...scope } = more
  const declared = new Set(keep.map((object) => idOf(keyOf(object))))
  const plans = planPrune(owned, declared, allowed.has('*') || allowed.has('acme'))
  return limitDeletions(plans, {
    installation: 'acme',
    objects: owned.length,
    repository: { objects: 1000, deletions: undeclared(owned, declared).length },
    ...scope,
  }).map((plan) => (plan.action === 'blocked' ? plan.fault.code : plan.action))
}

test('what nobody declares any more is deleted', (t) => {
  const [one, ...rest] = many(5)
  t.deepEqual(prune(one ? [one, ...rest] : [], rest), ['delete'])
  t.deepEqual(prune(rest, rest), [])
})

test('the only object of an installation may go', (t) => {
  t.deepEqual(prune(many(1), []), ['delete'])
})

test('more than half of an installation needs a commit that says so', (t) => {
  const owned = many(4)
  t.deepEqual(prune(owned, owned.slice(2)), ['delete', 'delete'])
  t.deepEqual(prune(owned, owned.slice(3)), ['deletion-limit', 'deletion-limit', 'deletion-limit'])
  t.deepEqual(prune(owned, owned.slice(3), { allowed: new Set(['acme']) }), ['delete', 'delete', 'delete'])
  t.deepEqual(prune(owned, owned.slice(3), { allowed: new Set(['*']) }), ['delete', 'delete', 'delete'])
  t.is(prune(owned, owned.slice(3), { allowed: new Set(['other']) })[0], 'deletion-limit')
})

test('more than a fifth of the Repository needs a commit that says so, from the eleventh object on', (t) => {
  const owned = many(4)
  const keep = owned.slice(1)
  t.deepEqual(prune(owned, keep, { repository: { objects: 40, deletions: 11 } }), ['deletion-limit'])
  t.deepEqual(prune(owned, keep, { repository: { objects: 60, deletions: 11 } }), ['delete'])
  t.deepEqual(prune(owned, keep, { repository: { objects: 20, deletions: 10 } }), ['delete'])
})

test('limits can be set', (t) => {
  const owned = many(4)
  t.deepEqual(prune(owned, [], { limits: { installation: 1, repository: 1 } }), [
    'delete',
    'delete',
    'delete',
    'delete',
  ])
})

test('kinds that take data with them are protected', (t) => {
  const others = many(5)
  for (const [apiVersion, kind] of [
    ['v1', 'Namespace'],
    ['v1', 'PersistentVolumeClaim'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ]) {
    const object = live('data', { apiVersion, kind })
    t.deepEqual(prune([object, ...others], others), ['deletion-protected'])
    t.deepEqual(prune([object, ...others], others, { allowed: new Set(['acme']) }), ['delete'])
  }
})

test('an annotation on the live object keeps it, whatever a commit allows', (t) => {
  const kept = live('kept', {}, { annotations: { [PRUNE_ANNOTATION]: 'false' } })
  t.deepEqual(prune([kept], [], { allowed: new Set(['*']) }), ['prune-disabled'])
})

test("copies that controllers make with our labels are nobody's to prune", (t) => {
  const copy = live('copy', {}, {})
  const { annotations: _annotations, ...metadata } = copy.metadata
  t.is(copy.metadata.annotations?.[APPLIED_ANNOTATION] === undefined, false)
  t.deepEqual(prune([{ ...copy, metadata }], []), [])
  const owned = { ...copy, metadata: { ...copy.metadata, ownerReferences: [{ controller: true }] } }
  t.deepEqual(prune([owned], []), [])
})

test('what is being deleted already is left alone', (t) => {
  const going = live('x')
  t.deepEqual(
    prune([{ ...going, metadata: { ...going.metadata, deletionTimestamp: '2024-01-01T00:00:00Z' } }], []),
    [],
  )
})

test('deletion goes from workloads to namespaces', (t) => {
  const owned = [
    live('n', { apiVersion: 'v1', kind: 'Namespace' }),
    live('c'),
    live('d', { apiVersion: 'apps/v1', kind: 'Deployment' }),
  ]
  const plans = planPrune(owned, new Set(), true)
  t.deepEqual(
    plans.map(({ key }) => key.kind),
    ['Deployment', 'ConfigMap', 'Namespace'],
  )
})

test('an object whose generated name changes with its content counts as a change, not as a deletion', (t) => {
  const owned = [live('settings-5g8c5hk2t9'), live('passwords-m4gbd7mt5k', { kind: 'Secret' }), live('web')]
  const isRenewed = ({ name }: { readonly name: string }) => name !== 'web'
  t.deepEqual(
    prune(
      owned,
      [owned[2]].flatMap((object) => object ?? []),
      { isRenewed },
    ),
    ['delete', 'delete'],
  )
  t.deepEqual(
    prune(
      owned,
      [owned[2]].flatMap((object) => object ?? []),
      {},
    ),
    ['deletion-limit', 'deletion-limit'],
  )
})

test('a generated name is that of Kustomize for ConfigMaps and Secrets', (t) => {
  const key = (kind: string, name: string) => ({ group: '', kind, namespace: 'a', name })
  t.is(generatedId(key('ConfigMap', 'settings-5g8c5hk2t9')), '/ConfigMap/a/settings')
  t.is(generatedId(key('Secret', 'passwords-m4gbd7mt5k')), '/Secret/a/passwords')
  for (const name of ['settings', 'settings-5g8c5hk2', 'settings-production', 'x-0123456789'])
    t.is(generatedId(key('ConfigMap', name)), undefined)
  t.is(generatedId(key('Service', 'settings-5g8c5hk2t9')), undefined)
})
