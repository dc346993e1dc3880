import test from 'ava'
import { SmallFleet } from './small-fleet.ts'

const HOUR = 3_600_000

/** A group of six at c1, of which some are told to sleep. */
function asleep(...names: readonly string[]): SmallFleet {
  const fleet = new SmallFleet()
    .group('production', { maxUnavailable: { count: 2 } })
    .members('production', 'a', 'b', 'c', 'd', 'e', 'f')
    .commit('c1')
  fleet.settle()
  for (const name of names) fleet.set(name, { sleep: 'falling', isOwnBehind: true })
  return fleet
}

test('members are put to sleep at once, all of them, whatever holds moves', (t) => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const until = new Date(0).getTime() + 1e15
  const fleet = asleep(...names).group('production', {
    paused: true,
    pauseBetween: HOUR,
    freeze: { until, reason: 'Christmas' },
  })
  t.deepEqual(
    fleet.decide(),
    names.map((name) => `${name}→c1`),
  )
  t.deepEqual([...(fleet.record('production')?.moves.keys() ?? [])], [], 'no move is remembered')
})

test('what sleeps follows no rollout, proves nothing, and uses up no budget', (t) => {
  const fleet = asleep('a', 'b', 'c', 'd')
  fleet.settle()
  fleet.set('a', { condition: 'failed' })
  fleet.commit('c2', { production: 'x' })
  t.deepEqual(fleet.settle(), ['e→c2', 'f→c2'])
  t.is(fleet.last?.groups.get('production')?.wait, undefined, 'it is proven by those that are awake')
  t.like(fleet.last, { wakeAt: undefined })
})

test('what sleeps takes its own changes, with what it inherits anyway', (t) => {
  const fleet = asleep('a')
  fleet.settle()
  fleet.commit('c2', { production: 'x' })
  fleet.set('a', { isOwnBehind: true })
  t.deepEqual(fleet.decide().slice(0, 3), ['a→c1', 'b→c2', 'c→c2'])
})

test('members wake at what the others are at, within the budget, in the order of the label', (t) => {
  const fleet = asleep('a', 'b', 'c', 'd')
  fleet.settle()
  fleet.commit('c2', { production: 'x' })
  fleet.settle()
  for (const [name, order] of Object.entries({ a: '4', b: '3', c: '2', d: '1' }))
    fleet.set(name, { sleep: 'waking', isOwnBehind: true, order })
  t.deepEqual(fleet.decide(), ['d→c2', 'c→c2'])
  t.like(fleet.waitOf('b'), { for: 'budget' })
  t.deepEqual(
    [...(fleet.record('production')?.moves.values() ?? [])].map(({ kind }) => kind),
    ['wake', 'wake'],
  )
  fleet.set('d', { condition: 'healthy' })
  t.deepEqual(fleet.decide(), ['b→c2'])
  fleet.set('c', { condition: 'failed' }).set('b', { condition: 'failed' })
  t.deepEqual(fleet.decide(), [], 'those that do not come to be well stop the others')
  t.is(fleet.last?.groups.get('production')?.failure, undefined, 'they say nothing of the revision')
})

test('waking does not begin at a revision that is not proven yet', (t) => {
  const fleet = asleep('a')
  fleet.settle()
  fleet.commit('c2', { production: 'x' })
  t.deepEqual(fleet.decide(), ['b→c2', 'c→c2'])
  fleet.set('b', { condition: 'healthy' })
  fleet.decide()
  fleet.set('a', { sleep: 'waking', isOwnBehind: true })
  fleet.set('c', { condition: 'healthy' })
  t.deepEqual(fleet.decide(), ['a→c1'])
  fleet.set('a', { condition: 'healthy' })
  t.deepEqual(fleet.settle().toSorted(), ['a→c2', 'e→c2', 'f→c2'])
})

test('a pause and windows do not keep members from waking, a freeze does', (t) => {
  const fleet = asleep('a', 'b')
  fleet.settle()
  fleet.group('production', { paused: true })
  fleet.set('a', { sleep: 'waking', isOwnBehind: true })
  t.deepEqual(fleet.decide(), ['a→c1'])
  fleet.group('production', { paused: false, freeze: { until: fleet.now + HOUR, reason: 'Christmas' } })
  fleet.set('b', { sleep: 'waking', isOwnBehind: true })
  t.deepEqual(fleet.decide(), [])
  t.like(fleet.waitOf('b'), { for: 'freeze' })
  t.deepEqual(fleet.pass(HOUR).decide(), ['b→c1'])
})
