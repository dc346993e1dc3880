import test from 'ava'
import type { JsonObject } from '../../../src/model/json.ts'
import { ADOPT_ANNOTATION, APPLIED_ANNOTATION } from '../../../src/model/labels.ts'
import type { KubernetesObject, LiveObject } from '../../../src/model/object.ts'
import type { IgnoredField, ObjectPlan, PatchBase } from '../../../src/model/plan.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import { appliedOf, formatApplied } from '../../../src/stages/plan/applied.ts'
import { compileRules, ignoredIn } from '../../../src/stages/plan/ignore-rules.ts'
import { parsePattern } from '../../../src/stages/plan/merge/field-pattern.ts'
import { type Leave, leaveNothing } from '../../../src/stages/plan/merge/leave.ts'
import { settledDigest } from '../../../src/stages/plan/merge/settled.ts'
import { LAST_APPLIED_ANNOTATION } from '../../../src/stages/plan/ownership/adoption-base.ts'
import { scaledFields } from '../../../src/stages/plan/ownership/scaled-fields.ts'
import { fieldsOfManagers } from '../../../src/stages/plan/ownership/writers.ts'
import type { PlanObjectInput } from '../../../src/stages/plan/plan-input.ts'
import { planObject } from '../../../src/stages/plan/plan-object.ts'
import { appliedLive, commit, configMap, liveOf, owner, resolvedOf } from './helpers/objects.ts'

function plan(
  declared: KubernetesObject,
  live?: LiveObject,
  more: Partial<PlanObjectInput> = {},
): ObjectPlan {
  return planObject({ resolved: resolvedOf(declared), owner, live, schema: undefined, ...more })
}

function paths(plan: ObjectPlan): readonly string[] {
  return plan.action === 'patch' ? plan.patch.slice(2).map(({ path }) => path) : []
}

function leftIn(plan: ObjectPlan): readonly IgnoredField[] {
  return 'left' in plan ? (plan.left ?? []) : []
}

function baseOf(plan: ObjectPlan): PatchBase | undefined {
  return plan.action === 'patch' ? plan.base : undefined
}

const ignoring = (...pointers: readonly string[]): Leave => ({
  ...leaveNothing,
  ignored: pointers.map(parsePattern),
})
const APPLIED = `/metadata/annotations/${APPLIED_ANNOTATION.replace('/', '~1')}`

test('an object that differs only in what is ignored is unchanged, and says what is left', (t) => {
  const declared = configMap({ a: '1' })
  const live = { ...appliedLive(declared), data: { a: '2' } }
  const unchanged = plan(declared, live, { leave: ignoring('/data/a') })
  t.is(unchanged.action, 'unchanged')
  t.deepEqual(leftIn(unchanged), [
    { pointer: '/data/a', declared: '1', live: '2', why: { reason: 'ignored', rule: '/data/a' } },
  ])
})

test('an object of which nothing is left says nothing of that', (t) => {
  const declared = configMap({ a: '1' })
  t.false('left' in plan(declared, appliedLive(declared)))
  t.false('left' in plan(configMap({ a: '2' }), appliedLive(declared), { base: declared }))
})

test('a new object is created with what is ignored', (t) => {
  const created = plan(configMap({ a: '1' }), undefined, { leave: ignoring('/data/a', '') })
  t.deepEqual(created.action === 'create' && created.desired.data, { a: '1' })
})

test('a commit that changes only what is ignored is recorded, so that base is right', (t) => {
  const before = configMap({ a: '1' })
  const leave = ignoring('/data/a')
  const now = { ...owner, revision: revisionAt(commit('b')) }
  const live = { ...appliedLive(before), data: { a: 'theirs' } }
  const patch = plan(configMap({ a: '2' }), live, { base: before, leave, owner: now })
  t.deepEqual(paths(patch), [APPLIED])
  t.deepEqual(patch.action === 'patch' ? appliedOf(patch.desired)?.revision : '', now.revision)
})

const sentOnce = (...pointers: readonly string[]): Leave => ({
  ...leaveNothing,
  once: pointers.map(parsePattern),
})

test('a field that is sent once and taken out by somebody is left, and that is told', (t) => {
  const declared = configMap({ size: 'big' })
  const unchanged = plan(declared, { ...appliedLive(declared), data: {} }, { leave: sentOnce('/data/size') })
  t.is(unchanged.action, 'unchanged')
  t.deepEqual(leftIn(unchanged), [
    {
      pointer: '/data/size',
      declared: 'big',
      live: undefined,
      why: { reason: 'once', rule: '/data/size' },
    },
  ])
})

test('a field that is sent once is sent when Git changes it, and not with another change', (t) => {
  const before = configMap({ size: 'big', other: '1' })
  const live = { ...appliedLive(before), data: { other: '1' } }
  const changed = (data: JsonObject) =>
    paths(plan(configMap(data), live, { base: before, leave: sentOnce('/data/size') }))
  t.deepEqual(changed({ size: 'big', other: '2' }), [APPLIED, '/data/other'])
  t.deepEqual(changed({ size: 'small', other: '1' }), [APPLIED, '/data/size'])
  t.deepEqual(changed({ other: '1' }), [APPLIED])
})

test('a field that is sent once goes where Git gives it up and nobody took it out', (t) => {
  const before = configMap({ size: 'big' })
  const patch = plan(configMap({}), appliedLive(before), { base: before, leave: sentOnce('/data/size') })
  t.deepEqual(paths(patch), [APPLIED, '/data/size'])
})

test('where what Git said before cannot be had, a field is sent again rather than never', (t) => {
  const before = configMap({ size: 'big' })
  const live = { ...appliedLive(before), data: {} }
  const patch = plan(configMap({ size: 'big', other: '1' }), live, { leave: sentOnce('/data/size') })
  t.deepEqual(paths(patch), [APPLIED, '/data/size', '/data/other'])
})

test('a pattern of several fields is sent as a whole when any of them changes in Git', (t) => {
  const before = configMap({ a: '1', b: '1' })
  const live = { ...appliedLive(before), data: {} }
  const leave = sentOnce('/data/*')
  t.deepEqual(paths(plan(configMap({ a: '1', b: '2' }), live, { base: before, leave })), [
    APPLIED,
    '/data/a',
    '/data/b',
  ])
  t.is(plan(before, live, { leave }).action, 'unchanged')
})

test('what is left is no part of the settled digest', (t) => {
  const declared = configMap({ a: '1', b: '1' })
  const settled = { pointer: '/data/b', declared: '1', live: 'made' }
  const known = {
    revision: owner.revision,
    digest: resolvedOf(declared).digest,
    settled: settledDigest([settled]),
  }
  const annotations = { [APPLIED_ANNOTATION]: formatApplied(known) }
  const live = { ...appliedLive(declared, { annotations }), data: { a: 'theirs', b: 'made' } }
  t.is(plan(declared, live).action, 'patch')
  const unchanged = plan(declared, live, { leave: ignoring('/data/a') })
  t.is(unchanged.action, 'unchanged')
  t.deepEqual(
    leftIn(unchanged).map(({ pointer, why }) => [pointer, why.reason]),
    [
      ['/data/a', 'ignored'],
      ['/data/b', 'settled'],
    ],
  )
})

test('what was settled in this process is told as such, too', (t) => {
  const declared = configMap({ a: '1' })
  const settled = { pointer: '/data/a', declared: '1', live: 'made' }
  const live = { ...appliedLive(declared), data: { a: 'made' } }
  const patch = plan(declared, live, { settled: new Map([[settled.pointer, settled]]) })
  t.deepEqual(paths(patch), [APPLIED])
  t.deepEqual(leftIn(patch), [{ ...settled, why: { reason: 'settled' } }])
})

const entry = (manager: string, fields: JsonObject, more: JsonObject = {}): JsonObject => ({
  manager,
  operation: 'Update',
  fieldsV1: { 'f:data': fields },
  ...more,
})

test('what Git gives up and another writer has is told with the name of that writer', (t) => {
  const before = configMap({ a: '1', b: '1' })
  const managedFields = [entry('reeve', { 'f:a': {} }), entry('some-operator', { 'f:b': {} })]
  const patch = plan(configMap({ a: '1' }), appliedLive(before, { managedFields }), { base: before })
  t.deepEqual(paths(patch), [APPLIED])
  t.deepEqual(leftIn(patch), [
    {
      pointer: '/data/b',
      declared: undefined,
      live: '1',
      why: { reason: 'owned', manager: 'some-operator' },
    },
  ])
})

test('a patch tells what it was merged with', (t) => {
  const before = configMap({ a: '1' })
  const now = configMap({ a: '2' })
  const managedFields = [entry('reeve', { 'f:a': {} })]
  const drifted = { ...appliedLive(before), data: { a: 'drift' } }
  t.deepEqual(baseOf(plan(before, drifted)), { kind: 'same', revision: owner.revision })
  t.deepEqual(baseOf(plan(now, appliedLive(before), { base: before })), {
    kind: 'commit',
    revision: owner.revision,
  })
  t.deepEqual(baseOf(plan(now, appliedLive(before, { managedFields }))), { kind: 'managed-fields' })
  t.deepEqual(baseOf(plan(now, appliedLive(before))), { kind: 'none' })
})

test('an adoption tells whose record it was merged with', (t) => {
  const declared = configMap({ a: '1' }, { annotations: { [ADOPT_ANNOTATION]: 'true' } })
  const from = (live: LiveObject) => baseOf(plan(declared, live))
  const record = JSON.stringify(configMap({ a: '1' }))
  const applied = (manager: string) => entry(manager, { 'f:a': {} }, { operation: 'Apply' })
  const kubectl = liveOf(configMap({}, { annotations: { [LAST_APPLIED_ANNOTATION]: record } }))
  t.deepEqual(from(kubectl), { kind: 'adopted', from: ['kubectl'] })
  const tools = [applied('helm'), applied('kustomize-controller'), applied('someone')]
  t.deepEqual(from(liveOf(configMap({}), { managedFields: tools })), {
    kind: 'adopted',
    from: ['helm', 'kustomize-controller'],
  })
  t.deepEqual(from(liveOf(configMap({}))), { kind: 'adopted', from: [] })
})

test('the fields of managers are those of all their entries, without status', (t) => {
  const live = liveOf(configMap({}), {
    managedFields: [
      entry('one', { 'f:a': {} }),
      entry('one', { 'f:b': {} }, { operation: 'Apply' }),
      entry('one', { 'f:c': {} }, { subresource: 'status' }),
      entry('two', { 'f:d': {} }),
      { manager: 'one', fieldsV1: {} },
    ],
  })
  const why = { reason: 'owned', manager: 'one' } as const
  t.deepEqual(fieldsOfManagers(live, new Set(['one'])), [
    { why, fields: { 'f:data': { 'f:a': {} } } },
    { why, fields: { 'f:data': { 'f:b': {} } } },
  ])
})

test('replicas count as scaled where something other than kubectl wrote the scale subresource', (t) => {
  const scaledBy = (manager: string, autoscaler: string | undefined, subresource = 'scale') => {
    const managedFields = [
      { manager, operation: 'Update', subresource, fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ]
    return scaledFields(liveOf(configMap({}), { managedFields }), autoscaler).length > 0
  }
  t.true(scaledBy('kube-controller-manager', 'web'))
  t.true(scaledBy('keda', 'web'))
  t.false(scaledBy('kubectl', 'web'))
  t.false(scaledBy('kube-controller-manager', 'web', ''))
  t.true(scaledBy('kube-controller-manager', undefined))
  t.false(scaledBy('keda', undefined))
})

test('rules add up for the objects that they are about', (t) => {
  const rule = (objects: object, fields: string[], managers: string[] = [], once: string[] = []) => ({
    objects,
    fields,
    once,
    managers,
  })
  const rules = compileRules([
    rule({ kind: 'ConfigMap' }, ['/data/a'], ['one'], ['/data/e']),
    rule({ kind: 'ConfigMap', name: 'web', namespace: 'eu', group: '' }, ['/data/b'], ['two', 'one']),
    rule({ kind: 'ConfigMap', name: 'other' }, ['/data/c'], ['three']),
    rule({ kind: 'ConfigMap', group: 'example.com' }, ['/data/d']),
  ])
  const { fields, once, managers } = ignoredIn(resolvedOf(configMap({})).key, rules, { fields: [], once: [] })
  t.deepEqual(
    [fields, once].map((patterns) => patterns.map(({ pointer }) => pointer)),
    [['/data/a', '/data/b'], ['/data/e']],
  )
  t.deepEqual([...(managers ?? [])], ['one', 'two'])
})
