import test from 'ava'
import type { DesiredState } from '../../../src/control/fleet/desired-state.ts'
import type { Member } from '../../../src/control/fleet/member.ts'
import { type Wait, Waiting } from '../../../src/control/sync/waiting.ts'

const shop = { name: 'shop', target: { installation: { dependsOn: [{ name: 'database' }] } } } as unknown
const declared = { members: new Map([['shop', shop as Member]]) } as unknown as DesiredState

const held: Wait = {
  reason: 'a ConfigMap of beta',
  heldBy: new Set(['beta']),
  isForReadiness: false,
  isForGone: false,
}
const unready: Wait = {
  reason: 'database to be healthy',
  heldBy: new Set(),
  isForReadiness: true,
  isForGone: false,
}
const both: Wait = { ...held, isForReadiness: true, isForGone: false }

test('what an installation waits for wakes it', (t) => {
  const waiting = new Waiting()
  waiting.note('acme', both)
  waiting.note('shop', unready)
  t.deepEqual(waiting.wokenBy('beta', true, declared), ['acme'])
  t.deepEqual(waiting.wokenBy('database', false, declared), ['shop'])
  t.deepEqual(waiting.wokenBy('gamma', true, declared), [])
})

test('its own health wakes it, its own round does not', (t) => {
  const waiting = new Waiting()
  waiting.note('acme', unready)
  t.deepEqual(waiting.wokenBy('acme', false, declared), ['acme'])
  t.deepEqual(waiting.wokenBy('acme', true, declared), [])
})

for (const [title, name, wait, other] of [
  ['an installation that it is held by', 'acme', held, 'beta'],
  ['an installation that it depends on', 'shop', unready, 'database'],
  ['its own health', 'acme', unready, 'acme'],
] as const)
  test(`a change during a round makes its wait outdated: ${title}`, (t) => {
    const waiting = new Waiting()
    waiting.wokenBy(other, false, declared)
    waiting.begin(name)
    waiting.wokenBy('gamma', true, declared)
    waiting.note(name, wait)
    t.false(waiting.isOutdated(name, declared))
    waiting.begin(name)
    waiting.wokenBy(other, false, declared)
    waiting.note(name, wait)
    t.true(waiting.isOutdated(name, declared))
    waiting.note(name, undefined)
    t.false(waiting.isOutdated(name, declared))
  })

test('only those block others whose readiness is waited for', (t) => {
  const waiting = new Waiting()
  waiting.note('shop', { ...held, heldBy: new Set(['shop']) })
  t.deepEqual(waiting.blockers(declared), [])
  waiting.note('shop', both)
  t.deepEqual(
    waiting.blockers(declared).map(({ name }) => name),
    ['shop'],
  )
})

test('a reason is news once', (t) => {
  const waiting = new Waiting()
  t.true(waiting.note('acme', held))
  t.false(waiting.note('acme', held))
  t.true(waiting.note('acme', unready))
  t.false(waiting.note('acme', undefined))
})
