import test from 'ava'
import { SmallFleet } from './small-fleet.ts'

const HOUR = 3_600_000

/** One group, whose members are at c1. */
function oneGroup(rollout: Parameters<SmallFleet['group']>[1], ...members: readonly string[]): SmallFleet {
  const fleet = new SmallFleet()
    .group('g', rollout)
    .members('g', ...members)
    .commit('c1')
  fleet.settle()
  return fleet
}

test('a member that no revision makes well does not keep its group from newer ones', (t) => {
  const fleet = oneGroup({ maxUnavailable: { count: 2 } }, 'a', 'b').set('b', { condition: 'failed' })
  t.deepEqual(fleet.commit('c2', { g: 'x' }).decide(), ['b→c2', 'a→c2'])
  fleet.set('a', { condition: 'healthy' }).set('b', { condition: 'failed' }).decide()
  t.deepEqual(fleet.commit('c3', { g: 'y' }).decide(), ['b→c3', 'a→c3'])
})

test('members that failed and leave no room for others do not keep their group from a newer revision', (t) => {
  const fleet = oneGroup({ failureBudget: { count: 1 } }, 'a', 'b').commit('c2', { g: 'x' })
  t.deepEqual(fleet.decide(), ['a→c2'])
  t.deepEqual(fleet.set('a', { condition: 'failed' }).decide(), [])
  t.like(fleet.waitOf('b'), { for: 'budget' })
  t.deepEqual(fleet.commit('c3', { g: 'y' }).settle(), ['a→c3', 'b→c3'])
})

test('a member that a revision broke tells of it, although it gets a change of its own, or a newer one', (t) => {
  const fleet = oneGroup({ tolerate: { count: 1 } }, 'a', 'b').commit('c2', { g: 'x' })
  t.deepEqual(fleet.decide(), ['a→c2'])
  t.deepEqual(fleet.set('a', { condition: 'failed', isOwnBehind: true }).decide(), ['a→own'])
  t.deepEqual(fleet.set('a', { condition: 'failed' }).decide(), [])
  t.is(fleet.last?.groups.get('g')?.failure, 'a failed')
  t.deepEqual(fleet.commit('c3', { g: 'y' }).decide(), ['a→c3'])
  t.deepEqual(fleet.set('a', { condition: 'failed' }).decide(), [])
  t.is(fleet.last?.groups.get('g')?.failure, 'a failed')
})

test('a member that is moving uses up the budget of the group that it comes to', (t) => {
  for (const isGone of [false, true]) {
    const fleet = new SmallFleet()
      .group('g', { tolerate: { count: 1 } })
      .group('old')
      .members('g', 'a')
      .members('old', 'b')
      .commit('c1')
    fleet.settle()
    t.deepEqual(fleet.commit('c2', { old: 'x' }).decide(), ['b→c2'])
    fleet.set('b', { group: 'g' })
    if (isGone) fleet.without('old')
    t.deepEqual(fleet.commit('c3', { g: 'y' }).decide(), ['b→c3'])
    t.like(fleet.waitOf('a'), { for: 'budget', group: 'g' })
  }
})

test('groups that share a budget take turns', (t) => {
  const fleet = new SmallFleet()
    .group('outer')
    .group('inner', {}, { around: ['outer'] })
    .members('outer', 'a', 'b')
    .members('inner', 'c')
    .commit('c1')
  fleet.settle()
  t.deepEqual(fleet.pass(HOUR).commit('c2', { outer: 'x', inner: 'x' }).decide(), ['a→c2'])
  t.deepEqual(fleet.pass(1).set('a', { condition: 'healthy' }).decide(), ['c→c2'])
  t.deepEqual(fleet.pass(1).set('c', { condition: 'healthy' }).decide(), ['b→c2'])
})

test('a new group after others begins with what those have proven', (t) => {
  const fleet = oneGroup({}, 'a').commit('c2', { late: 'first' })
  fleet.settle()
  fleet.pass(HOUR).commit('c3', { g: 'x' })
  fleet.group('late', { after: [{ group: 'g', soak: HOUR }] }).members('late', 'b')
  t.deepEqual(fleet.settle(), ['a→c3', 'b→c2'])
})

test('a new group waits for those before it where they have proven nothing yet', (t) => {
  const fleet = oneGroup({}, 'a').pass(HOUR).commit('c2', { g: 'x' })
  fleet.settle()
  fleet.commit('c3', { late: 'first' }).group('late', { after: [{ group: 'g', soak: HOUR }] })
  t.deepEqual(fleet.members('late', 'b').decide(), [])
  t.like(fleet.waitOf('b'), { for: 'rings', group: 'late', rings: ['g'] })
  t.like(fleet.last?.groups.get('late')?.wait, { for: 'rings', rings: ['g'] })
  t.deepEqual(fleet.pass(HOUR).settle(), ['b→c3'])
})

test('a pinned member says so, and is not brought to what harms it', (t) => {
  const fleet = oneGroup({}, 'a').commit('c2', { g: 'x' })
  fleet.set('a', { pinned: { commit: 'c1', group: 'g', digest: 'first' }, condition: 'healthy' })
  t.deepEqual(fleet.decide(), [])
  t.like(fleet.waitOf('a'), { for: 'pin' })
  fleet.harm = (_, { commit }) => (commit === 'c1' ? 'values.a moved to the group' : undefined)
  t.deepEqual(fleet.set('a', { isOwnBehind: true, condition: 'healthy' }).decide(), [])
  t.like(fleet.waitOf('a'), { for: 'whole', reason: 'values.a moved to the group' })
})

test('members wait for what their group waits for, once the rings before it have left what it is at behind', (t) => {
  const fleet = new SmallFleet()
    .group('canary')
    .group('production', { after: [{ group: 'canary', soak: HOUR }], needsApproval: true })
    .members('canary', 'dog')
    .members('production', 'a', 'b')
    .commit('c1')
  fleet.settle()
  fleet.pass(HOUR).commit('c2', { canary: 'x', production: 'x' }).settle()
  fleet.pass(HOUR).group('production', {}, { approved: 'c2' })
  t.deepEqual(fleet.decide(), ['a→c2'])
  // what canary proved is lost, and it goes on
  fleet.set('dog', { condition: 'progressing' }).decide()
  fleet.commit('c3', { canary: 'y', production: 'y' })
  fleet.set('dog', { condition: 'failed' }).set('a', { condition: 'healthy' })
  t.deepEqual(fleet.decide(), ['dog→c3'])
  fleet.set('dog', { condition: 'healthy' }).decide()
  t.deepEqual(fleet.pass(HOUR).decide(), [])
  t.like(fleet.waitOf('b'), { for: 'approval', group: 'production' })
})
