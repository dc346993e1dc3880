import test from 'ava'
import { SmallFleet } from './small-fleet.ts'

const HOUR = 3_600_000

/** Canary with two members, then production with one, all at c1. */
function twoRings(canary: Parameters<SmallFleet['group']>[1] = {}): SmallFleet {
  const fleet = new SmallFleet()
    .group('canary', { maxUnavailable: { count: 2 }, ...canary })
    .group('production', { after: [{ group: 'canary', soak: HOUR }] })
    .members('canary', 'cat', 'dog')
    .members('production', 'a')
    .commit('c1')
  fleet.settle()
  return fleet.pass(2 * HOUR)
}

const both = (digest: string) => ({ canary: digest, production: digest })

test('a member that fails keeps no proof, as long as so many may fail', (t) => {
  const fleet = twoRings({ failureBudget: { count: 1 } }).commit('c2', both('x'))
  t.deepEqual(fleet.decide(), ['cat→c2', 'dog→c2'])
  fleet.set('cat', { condition: 'failed' }).set('dog', { condition: 'healthy' }).decide()
  t.deepEqual(fleet.pass(HOUR).decide(), ['a→c2'])
})

test('where a group continues, members that fail keep neither it nor those after it', (t) => {
  const fleet = twoRings({ onFailure: 'continue' }).commit('c2', both('x'))
  t.deepEqual(fleet.decide(), ['cat→c2', 'dog→c2'])
  fleet.set('cat', { condition: 'failed' }).set('dog', { condition: 'healthy' }).decide()
  t.deepEqual(fleet.pass(HOUR).commit('c3', both('y')).decide(), ['cat→c3', 'dog→c3', 'a→c2'])
})

test('what a check speaks against is no proof, even once its group has taken something newer', (t) => {
  const fleet = twoRings().commit('c2', both('x'))
  t.deepEqual(fleet.settle(), ['cat→c2', 'dog→c2'])
  fleet
    .pass(HOUR / 2)
    .failCheck('canary', 'errors rise')
    .decide()
  t.like(fleet.last?.groups.get('canary'), { failure: 'the check errors failed: errors rise' })
  t.deepEqual(fleet.pass(HOUR).decide(), [], 'it stays so')
  t.deepEqual(fleet.commit('c3', both('y')).decide(), ['cat→c3', 'dog→c3'])
  fleet.failCheck('canary', undefined)
  t.deepEqual(fleet.settle(), [])
  t.deepEqual(fleet.pass(HOUR).settle(), ['a→c3'])
})

test('a member that comes from another group does not begin the soak anew', (t) => {
  const fleet = twoRings()
    .group('other')
    .members('other', 'cow')
    .commit('c2', { ...both('x'), other: 'first' })
  t.deepEqual(fleet.settle(), ['cat→c2', 'dog→c2', 'cow→c2'])
  fleet.pass(HOUR / 2).set('cow', { group: 'canary' })
  t.deepEqual(fleet.settle(), ['cow→c2'])
  t.deepEqual(fleet.pass(HOUR / 2).decide(), ['a→c2'])
})

test('times that a clock noted which was ahead count as now', (t) => {
  const fleet = twoRings()
    .pass(1_000 * HOUR)
    .commit('c2', both('x'))
  t.deepEqual(fleet.settle(), ['cat→c2', 'dog→c2'])
  fleet.pass(-1_000 * HOUR).decide()
  t.deepEqual(fleet.pass(HOUR - 1).decide(), [])
  t.deepEqual(fleet.pass(1).decide(), ['a→c2'])
})

test('a proof that was earned before counts again when a group that went back is well', (t) => {
  const fleet = twoRings({ onFailure: 'rollback' }).commit('c2', both('x'))
  fleet.group('production', { paused: true }).settle()
  fleet.pass(HOUR).commit('c3', both('y')).decide()
  t.deepEqual(fleet.set('cat', { condition: 'failed' }).set('dog', { condition: 'healthy' }).decide(), [
    'cat→c2',
  ])
  fleet.group('production', { paused: false })
  t.deepEqual(fleet.settle(), ['a→c2'])
})

test('members that stay well at what their group went back from keep it from nothing', (t) => {
  const fleet = twoRings({ onFailure: 'rollback' }).commit('c2', both('x'))
  fleet.decide()
  fleet.set('cat', { condition: 'failed' }).set('dog', { condition: 'healthy' })
  t.deepEqual(fleet.settle(), ['cat→c1'])
  t.like(fleet.waitOf('dog'), { for: 'rejection', reason: 'cat failed' })
  t.deepEqual(fleet.record('canary')?.at.commit, 'c1')
  t.not(fleet.record('canary')?.wellSince, undefined)
  t.deepEqual(fleet.commit('c3', both('y')).decide(), ['cat→c3', 'dog→c3'])
})

test('a group that went back takes nothing older than what it went back from: some members are still there', (t) => {
  const fleet = twoRings({ onFailure: 'rollback' }).commit('c2', both('x')).commit('c3', both('y'))
  t.deepEqual(fleet.decide(), ['cat→c3', 'dog→c3'])
  fleet.set('cat', { condition: 'failed' }).set('dog', { condition: 'healthy' })
  t.deepEqual(fleet.settle(), ['cat→c1'])
  t.deepEqual(fleet.pass(2 * HOUR).settle(), [])
  t.deepEqual(fleet.commit('c4', both('z')).settle(), ['cat→c4', 'dog→c4'])
})

test('of many revisions that a group went back from none comes again by itself', (t) => {
  const fleet = new SmallFleet().group('g', { onFailure: 'rollback' }).members('g', 'a').commit('c1')
  fleet.settle()
  for (let number = 2; number < 40; number += 1) {
    t.deepEqual(fleet.commit(`c${number}`, { g: `x${number}` }).decide(), [`a→c${number}`])
    t.deepEqual(fleet.set('a', { condition: 'failed' }).decide(), ['a→c1'])
    fleet.settle()
  }
})

test('a quick ring remembers what the slow one beside it comes to prove', (t) => {
  const after = ['quick', 'slow'].map((group) => ({ group, soak: group === 'slow' ? 24 * HOUR : 0 }))
  const fleet = new SmallFleet().group('quick').group('slow').group('rest', { after })
  fleet.members('quick', 'q').members('slow', 's').members('rest', 'r').commit('c1')
  const all = (digest: string) => ({ quick: digest, slow: digest, rest: digest })
  fleet.settle()
  t.deepEqual(
    fleet
      .pass(48 * HOUR)
      .commit('c2', all('x'))
      .settle(),
    ['q→c2', 's→c2'],
  )
  for (let number = 3; number < 20; number += 1)
    t.deepEqual(
      fleet
        .pass(HOUR)
        .commit(`c${number}`, all(`x${number}`))
        .settle(),
      [`q→c${number}`],
    )
  t.deepEqual(fleet.pass(24 * HOUR).settle(), ['s→c19', 'r→c2'])
})
