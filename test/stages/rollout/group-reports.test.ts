import test from 'ava'
import { groupReports } from '../../../src/stages/rollout/group-reports.ts'
import { SmallFleet } from './small-fleet.ts'

test('a group of which nothing moves says what keeps its members, such as the budget around it', (t) => {
  const fleet = new SmallFleet()
    .group('all')
    .group('one', {}, { around: ['all'] })
    .group('two', {}, { around: ['all'] })
    .members('one', 'a')
    .members('two', 'b')
    .commit('c1')
  fleet.settle()
  fleet.commit('c2', { one: 'x', two: 'x' })
  t.deepEqual(fleet.decide(), ['a→c2'])
  const { last } = fleet
  if (last === undefined) return t.fail()
  const said = groupReports(last, fleet.view(), () => undefined).map(({ name, waits }) => [name, waits])
  t.deepEqual(said.slice(1), [
    ['one', 'one is still moving: a; reeve rollout force one goes on at once'],
    [
      'two',
      'as many members of all are unavailable as may be; raise spec.rollout.maxUnavailable or tolerate, or mend them',
    ],
  ])
})
