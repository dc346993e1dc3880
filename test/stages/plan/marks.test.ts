import { createHmac, randomBytes } from 'node:crypto'
import test from 'ava'
import type { JsonObject } from '../../../src/model/json.ts'
import { APPLIED_ANNOTATION } from '../../../src/model/labels.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import { Secret } from '../../../src/model/secret.ts'
import { appliedOf, formatApplied, markOf } from '../../../src/stages/plan/applied.ts'
import { HmacKey } from '../../../src/stages/plan/hmac-key.ts'
import { settledOf } from '../../../src/stages/plan/merge/settled.ts'
import type { PlanObjectInput } from '../../../src/stages/plan/plan-input.ts'
import { planObject } from '../../../src/stages/plan/plan-object.ts'
import { Sealer, type Statement } from '../../../src/stages/plan/sealer.ts'
import { appliedLive, commit, configMap, labels, liveOf, owner, resolvedOf } from './helpers/objects.ts'

const keyOf = (byte: number) => new Sealer(new Secret(Buffer.alloc(32, byte).toString('base64')))
const sealer = keyOf(1)
const sealing = { ...owner, sealer }

function plan(declared: ReturnType<typeof configMap>, live: PlanObjectInput['live'], by = sealing) {
  return planObject({ resolved: resolvedOf(declared), owner: by, live, schema: undefined })
}

const statement: Statement = {
  repository: 'fleet',
  installationId: 'acme',
  key: { group: '', kind: 'ConfigMap', namespace: 'eu', name: 'web' },
  revision: revisionAt(commit('a')),
  digest: 'abcdef-_ABCDEF12',
}

test('a seal fits what it was made for, with the same key alone', (t) => {
  const seal = sealer.seal(statement)
  t.is(seal.length, 22)
  t.true(sealer.fits(seal, statement))
  t.true(keyOf(1).fits(seal, statement))
  t.false(keyOf(2).fits(seal, statement))
})

const others: readonly (readonly [string, Partial<Statement>])[] = [
  ['Repository', { repository: 'other' }],
  ['installation', { installationId: 'beta' }],
  ['group', { key: { ...statement.key, group: 'apps' } }],
  ['kind', { key: { ...statement.key, kind: 'Secret' } }],
  ['namespace', { key: { ...statement.key, namespace: 'us' } }],
  ['name', { key: { ...statement.key, name: 'api' } }],
  ['shift between namespace and name', { key: { ...statement.key, namespace: 'e', name: 'uweb' } }],
  ['commit', { revision: revisionAt(commit('b')) }],
  ['inherited commit', { revision: { own: commit('a'), inherited: commit('b'), group: 'all' } }],
  ['digest', { digest: 'abcdef-_ABCDEF13' }],
]

for (const [what, change] of others)
  test(`a seal fits no other ${what}`, (t) => {
    t.false(sealer.fits(sealer.seal(statement), { ...statement, ...change }))
  })

test('an HMAC is that of node:crypto, for keys of any length up to a block', (t) => {
  for (const length of [0, 1, 32, 64]) {
    const key = randomBytes(length)
    for (const text of ['', 'a', 'ü', 'x'.repeat(1000)])
      t.deepEqual(new HmacKey(key).sign(text), createHmac('sha256', key).update(text).digest())
  }
})

test('a key is never shown', (t) => {
  const shown = `${JSON.stringify(sealer)} ${sealer} ${Object.values(sealer).join()}`
  t.false(shown.includes('AQEB'))
})

test('what is created is marked as this very object, and sealed', (t) => {
  const created = plan(configMap({}), undefined)
  const mark = created.action === 'create' ? markOf(created.desired, 'fleet') : undefined
  t.truthy(mark?.bound)
  t.true(sealer.fits(mark?.seal ?? '', { ...statement, digest: mark?.digest ?? '' }))
})

test('without a key a mark names its object all the same', (t) => {
  const created = plan(configMap({}), undefined, { ...sealing, sealer: undefined as never })
  const mark = created.action === 'create' ? markOf(created.desired, 'fleet') : undefined
  t.truthy(mark?.bound)
  t.is(mark?.seal, undefined)
})

for (const [what, metadata] of [
  ['name', { name: 'copy' }],
  ['namespace', { namespace: 'us' }],
] as const)
  test(`the mark on a copy of another ${what} is none, and the copy is not ours`, (t) => {
    const copy = liveOf({ ...appliedLive(configMap({})) }, metadata)
    t.truthy(appliedOf(copy))
    t.is(markOf(copy, 'fleet'), undefined)
    const declared = configMap({}, metadata)
    const refused = plan(declared, copy)
    t.is(refused.action === 'blocked' && refused.fault.code, 'not-owned')
    t.regex(refused.action === 'blocked' ? refused.fault.message : '', /has the mark of another object/)
    const taken = configMap({}, { ...metadata, annotations: { 'reeve.dev/adopt': 'true' } })
    t.is(plan(taken, copy).action, 'patch')
  })

test('the mark that another Repository made is none, whatever the labels say', (t) => {
  const theirs = appliedLive(configMap({}), {}, { ...owner, repository: 'theirs' })
  const relabelled = liveOf(theirs, { labels: labels('acme') })
  t.is(markOf(relabelled, 'fleet'), undefined)
  t.is(plan(configMap({}), relabelled).action, 'blocked')
})

/** As Reeves before wrote it. */
function earlier(declared: ReturnType<typeof configMap>, settled = ''): JsonObject {
  const { digest } = resolvedOf(declared)
  const text = formatApplied({ revision: owner.revision, digest, settled })
  return { annotations: { [APPLIED_ANNOTATION]: text }, labels: labels('acme') }
}

test('an object with a mark of an earlier Reeve is ours, and not written for its mark alone', (t) => {
  const declared = configMap({ a: '1' })
  t.is(plan(declared, liveOf(declared, earlier(declared))).action, 'unchanged')
})

test('a mark of an earlier Reeve is renewed when the object is written anyway', (t) => {
  const declared = configMap({ a: '1' })
  const drifted = { ...liveOf(declared, earlier(declared)), data: { a: '2' } }
  const healed = plan(declared, drifted)
  t.truthy(healed.action === 'patch' && markOf(healed.desired, 'fleet')?.seal)
})

test('what settles is noted in a mark without another revision, and renews one of an earlier Reeve', (t) => {
  const declared = configMap({ a: '1' })
  for (const metadata of [earlier(declared), appliedLive(declared, {}, sealing).metadata]) {
    const live = { ...liveOf(declared, metadata as JsonObject), data: { a: 'made' } }
    const settled = settledOf([{ pointer: '/data/a', declared: '1', live: 'made' }])
    const input = { resolved: resolvedOf(declared), live, schema: undefined, settled }
    const later = { ...sealing, revision: revisionAt(commit('b')) }
    const noted = planObject({ ...input, owner: later })
    const mark = noted.action === 'patch' ? appliedOf(noted.desired) : undefined
    t.deepEqual(mark?.revision, owner.revision)
    t.not(mark?.settled, '')
    t.true(sealer.fits(mark?.seal ?? '', { ...statement, digest: mark?.digest ?? '' }))
    const annotations = { [APPLIED_ANNOTATION]: mark ? formatApplied(mark) : '' }
    const after = { ...live, metadata: { ...live.metadata, annotations } }
    t.is(planObject({ ...input, live: after, owner: later }).action, 'unchanged')
  }
})
