import test from 'ava'
import type { JsonObject } from '../../../src/model/json.ts'
import {
  ADOPT_ANNOTATION,
  APPLIED_ANNOTATION,
  INSTALLATION_LABEL,
  REPOSITORY_LABEL,
} from '../../../src/model/labels.ts'
import type { KubernetesObject, LiveObject } from '../../../src/model/object.ts'
import type { ObjectPlan } from '../../../src/model/plan.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import { appliedOf } from '../../../src/stages/plan/applied.ts'
import { differences } from '../../../src/stages/plan/merge/merge.ts'
import { settledOf } from '../../../src/stages/plan/merge/settled.ts'
import { LAST_APPLIED_ANNOTATION } from '../../../src/stages/plan/ownership/adoption-base.ts'
import { takenOverFrom } from '../../../src/stages/plan/ownership/taken-over-from.ts'
import type { PlanObjectInput } from '../../../src/stages/plan/plan-input.ts'
import { planObject } from '../../../src/stages/plan/plan-object.ts'
import { patched } from './helpers/api-server-model.ts'
import { appliedLive, commit, configMap, labels, liveOf, owner, resolvedOf } from './helpers/objects.ts'

function plan(
  declared: KubernetesObject,
  live?: LiveObject,
  more: Partial<PlanObjectInput> = {},
): ObjectPlan {
  return planObject({ resolved: resolvedOf(declared), owner, live, schema: undefined, ...more })
}

function operations(plan: ObjectPlan) {
  return plan.action === 'patch' ? plan.patch.slice(2) : undefined
}

function code(plan: ObjectPlan): string | undefined {
  return plan.action === 'blocked' ? plan.fault.code : undefined
}

test('an object that is not there is created with labels and annotation', (t) => {
  const created = plan(configMap({ a: '1' }, { labels: { x: 'y' } }))
  t.is(created.action, 'create')
  const desired = created.action === 'create' ? created.desired : undefined
  t.deepEqual(desired?.metadata.labels, { x: 'y', [REPOSITORY_LABEL]: 'fleet', [INSTALLATION_LABEL]: 'acme' })
  t.deepEqual(desired && appliedOf(desired)?.revision, owner.revision)
})

test('status and what the server owns are not sent', (t) => {
  const exported = {
    ...configMap({}, { uid: 'x', resourceVersion: '1', creationTimestamp: null }),
    status: {},
  }
  const created = plan(exported)
  t.deepEqual(created.action === 'create' && Object.keys(created.desired), [
    'apiVersion',
    'kind',
    'metadata',
    'data',
  ])
  t.deepEqual(created.action === 'create' && Object.keys(created.desired.metadata), [
    'name',
    'namespace',
    'labels',
    'annotations',
  ])
})

test('an object that is as declared is unchanged, even at a later commit', (t) => {
  const declared = configMap({ a: '1' })
  t.is(plan(declared, appliedLive(declared)).action, 'unchanged')
  t.is(
    plan(declared, appliedLive(declared), { owner: { ...owner, revision: revisionAt(commit('b')) } }).action,
    'unchanged',
  )
})

test('a patch tests uid and resourceVersion first', (t) => {
  const changed = plan(configMap({ a: '2' }), appliedLive(configMap({ a: '1' })))
  t.deepEqual(changed.action === 'patch' && changed.patch.slice(0, 2), [
    { op: 'test', path: '/metadata/uid', value: 'uid-1' },
    { op: 'test', path: '/metadata/resourceVersion', value: '41' },
  ])
})

test('a new declaration is merged with the old one as base, and recorded', (t) => {
  const old = configMap({ a: '1', b: '1' })
  const live = { ...appliedLive(old), data: { a: '1', b: '1', c: 'theirs' } }
  const changed = plan(configMap({ a: '2' }), live, {
    base: old,
    owner: { ...owner, revision: revisionAt(commit('b')) },
  })
  t.deepEqual(
    operations(changed)?.map(({ op, path }) => `${op} ${path}`),
    ['replace /metadata/annotations/reeve.dev~1applied', 'replace /data/a', 'remove /data/b'],
  )
  const after = changed.action === 'patch' ? (patched(live as never, changed.patch) as LiveObject) : live
  t.deepEqual(after.data, { a: '2', c: 'theirs' })
  t.is(appliedOf(after)?.revision.own, commit('b'))
  t.is(plan(configMap({ a: '2' }), after).action, 'unchanged')
})

test('the desired object of a patch has the annotation that the patch writes', (t) => {
  const changed = plan(configMap({ a: '2' }), appliedLive(configMap({ a: '1' })))
  const written = operations(changed)?.find(({ path }) => path.endsWith('reeve.dev~1applied'))
  const value = changed.action === 'patch' && changed.desired.metadata.annotations?.[APPLIED_ANNOTATION]
  t.like(written, { op: 'replace', value })
})

test('without the old commit the fields that Reeve wrote are the base', (t) => {
  const managedFields = [
    { manager: 'reeve', operation: 'Update', fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } } },
  ]
  const live = {
    ...appliedLive(configMap({ a: '1', b: '1' }), { managedFields }),
    data: { a: '1', b: '1', c: 'theirs' },
  }
  t.deepEqual(operations(plan(configMap({ a: '1' }), live))?.slice(1), [{ op: 'remove', path: '/data/b' }])
})

test('drift is put back, and the annotation then names the commit of now', (t) => {
  const declared = configMap({ a: '1' })
  const live = { ...appliedLive(declared), data: { a: 'drifted' } }
  const healed = plan(declared, live, { owner: { ...owner, revision: revisionAt(commit('b')) } })
  t.deepEqual(
    operations(healed)?.map(({ path }) => path),
    ['/data/a', '/metadata/annotations/reeve.dev~1applied'],
  )
  t.deepEqual(
    operations(plan(declared, live))?.map(({ path }) => path),
    ['/data/a'],
  )
})

test('labels that were taken off come back', (t) => {
  const declared = configMap({})
  const live = appliedLive(declared)
  const { labels: _labels, ...metadata } = live.metadata
  t.deepEqual(operations(plan(declared, { ...live, metadata })), [
    { op: 'add', path: '/metadata/labels', value: labels('acme') },
  ])
})

test('what somebody else has is not touched', (t) => {
  const declared = configMap({ a: '1' })
  t.is(code(plan(declared, liveOf(declared))), 'not-owned')
  const other = plan(declared, liveOf(declared, { labels: labels('acme', 'other') }))
  t.is(code(other), 'owned-by-another')
  t.regex(other.action === 'blocked' ? other.fault.message : '', /ConfigMap .* belongs to other$/)
})

test('what another Repository has is not taken over, whoever asks for it', (t) => {
  const declared = configMap({ a: '1' }, { annotations: { [ADOPT_ANNOTATION]: 'true' } })
  const marks: readonly JsonObject[] = [
    { labels: labels('acme', 'other') },
    { labels: { [REPOSITORY_LABEL]: 'other' } },
    { labels: labels('acme', 'other'), annotations: { ...appliedLive(declared).metadata.annotations } },
  ]
  for (const metadata of marks) {
    t.is(code(plan(declared, liveOf(declared, metadata))), 'owned-by-another')
    t.is(code(plan(declared, liveOf(declared, metadata), { takeover: {} })), 'owned-by-another')
  }
})

test('what another object controls is not taken over, whoever asks for it', (t) => {
  const declared = configMap({ a: '1' }, { annotations: { [ADOPT_ANNOTATION]: 'true' } })
  const controlled = { ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'u', controller: true }] }
  const refused = plan(declared, liveOf(declared, controlled))
  t.is(code(refused), 'controlled')
  t.regex(refused.action === 'blocked' ? refused.fault.message : '', /, controlled by Deployment web$/)
  t.is(code(plan(declared, liveOf(declared, controlled), { takeover: {} })), 'controlled')
  const owned = { ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'u' }] }
  t.is(plan(declared, liveOf(declared, owned)).action, 'patch', 'an owner alone controls nothing')
})

test('of what the annotation takes over it is known which controllers may still be at work', (t) => {
  const declared = configMap({ a: '1' }, { annotations: { [ADOPT_ANNOTATION]: 'true' } })
  const flux = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  }
  const adopted = plan(declared, liveOf(configMap({ a: '2' }), { labels: flux }))
  t.deepEqual(takenOverFrom(adopted), [
    { tool: 'flux-kustomization', namespace: 'flux-system', name: 'apps' },
  ])
  const ours = plan(declared, appliedLive(configMap({ a: '2' }), { labels: { ...flux, ...labels('acme') } }))
  t.deepEqual(takenOverFrom(ours), [], 'it was taken over before')
})

test("an object that a controller copied from one of ours is somebody else's", (t) => {
  const declared = configMap({})
  const live = appliedLive(declared, { ownerReferences: [{ uid: 'u', controller: true }] })
  const { labels: _labels, ...metadata } = live.metadata
  t.is(code(plan(declared, { ...live, metadata } as LiveObject)), 'not-owned')
})

test("what Git asks to adopt is taken over with kubectl's record as base", (t) => {
  const before = configMap({ a: '1', gone: 'x' })
  const declared = configMap({ a: '1' }, { annotations: { [ADOPT_ANNOTATION]: 'true' } })
  const live = liveOf(
    configMap(
      { a: '1', gone: 'x', theirs: 'y' },
      { annotations: { [LAST_APPLIED_ANNOTATION]: JSON.stringify(before) } },
    ),
  )
  const adopted = plan(declared, live)
  t.deepEqual(
    operations(adopted)?.map(({ op, path }) => `${op} ${path}`),
    [
      'add /metadata/annotations/reeve.dev~1adopt',
      'add /metadata/annotations/reeve.dev~1applied',
      'add /metadata/labels',
      'remove /data/gone',
      'remove /metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration',
    ],
  )
  const after = patched(live as never, adopted.action === 'patch' ? adopted.patch : []) as LiveObject
  t.deepEqual(after.data, { a: '1', theirs: 'y' })
  t.is(plan(declared, after).action, 'unchanged')
})

test('what was applied on the server side is taken over with its managedFields as base', (t) => {
  const managedFields = [
    {
      manager: 'kustomize-controller',
      operation: 'Apply',
      fieldsV1: { 'f:data': { 'f:a': {}, 'f:gone': {} } },
    },
  ]
  const declared = configMap({ a: '1' }, { annotations: { [ADOPT_ANNOTATION]: 'true' } })
  const adopted = plan(declared, liveOf(configMap({ a: '1', gone: 'x', theirs: 'y' }), { managedFields }))
  t.deepEqual(
    operations(adopted)?.filter(({ op }) => op === 'remove'),
    [{ op: 'remove', path: '/data/gone' }],
  )
})

test('a broken record of kubectl is no record', (t) => {
  const declared = configMap({ a: '1' }, { annotations: { [ADOPT_ANNOTATION]: 'true' } })
  for (const record of ['{', '[]', '"x"', '{"metadata":1}']) {
    const live = liveOf(configMap({ a: '1', b: '2' }, { annotations: { [LAST_APPLIED_ANNOTATION]: record } }))
    const removed = operations(plan(declared, live))?.filter(({ op }) => op === 'remove')
    t.deepEqual(
      removed?.map(({ path }) => path),
      ['/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration'],
    )
  }
})

test('an object that another installation still declares stays with it', (t) => {
  const declared = configMap({})
  const live = appliedLive(declared, {}, { ...owner, installationId: 'other' })
  const blocked = plan(declared, live, { declarers: new Set(['other']) })
  t.is(code(blocked), 'owned-elsewhere')
  t.like(blocked, { fault: { location: { file: 'acme/web.yaml', line: 3 } } })
})

test('an object that another installation no longer declares is handed over', (t) => {
  const declared = configMap({})
  const live = appliedLive(declared, {}, { ...owner, installationId: 'other' })
  t.deepEqual(operations(plan(declared, live)), [
    { op: 'replace', path: '/metadata/labels/reeve.dev~1installation', value: 'acme' },
  ])
})

test('of two installations that declare a new object the first by id creates it', (t) => {
  t.is(code(plan(configMap({}), undefined, { declarers: new Set(['aaa']) })), 'owned-elsewhere')
  t.is(plan(configMap({}), undefined, { declarers: new Set(['zzz']) }).action, 'create')
})

test('an object that is being deleted is waited for', (t) => {
  const blocked = plan(
    configMap({}),
    appliedLive(configMap({}), { deletionTimestamp: '2024-01-01T00:00:00Z', finalizers: ['a/b'] }),
  )
  t.is(code(blocked), 'being-deleted')
  t.regex(blocked.action === 'blocked' ? blocked.fault.message : '', /held by a\/b/)
})

test('what the server made of a declared value settles: one more patch records it, then none', (t) => {
  const declared = configMap({ a: '1', b: '1' })
  const live = { ...appliedLive(declared), data: { a: 'made', b: '1' } }
  const settled = settledOf(differences(declared, live, undefined))
  const recording = plan(declared, live, { settled })
  t.deepEqual(
    operations(recording)?.map(({ path }) => path),
    ['/metadata/annotations/reeve.dev~1applied'],
  )
  const recorded = patched(live as never, recording.action === 'patch' ? recording.patch : []) as LiveObject
  t.is(plan(declared, recorded, { settled }).action, 'unchanged')
  t.is(plan(declared, recorded).action, 'unchanged', 'after a restart')
  const drifted = { ...recorded, data: { a: 'made', b: 'drift' } }
  t.deepEqual(operations(plan(declared, drifted, { settled })), [
    { op: 'replace', path: '/data/b', value: '1' },
  ])
  t.is(plan(declared, { ...recorded, data: { a: 'else', b: '1' } }).action, 'patch')
})
