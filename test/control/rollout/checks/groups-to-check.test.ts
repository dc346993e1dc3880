import test from 'ava'
import { groupsToCheck } from '../../../../src/control/rollout/checks/groups-to-check.ts'
import type { RolloutHead } from '../../../../src/control/rollout/rollout-head.ts'
import { decide } from '../../../../src/stages/rollout/decide.ts'
import { SmallFleet } from '../../../stages/rollout/small-fleet.ts'
import { check, HOUR } from './scene.ts'

test('checks of a group look for as long as the longest soak that followers ask, also of a group around it', (t) => {
  const fleet = new SmallFleet()
    .group('ring', { verify: [check()] })
    .group('inner', { verify: [check()] }, { around: ['ring'] })
    .group('stable', { after: [{ group: 'ring', soak: HOUR }] })
    .members('ring', 'acme')
    .members('inner', 'beta')
    .members('stable', 'gamma')
    .commit('1')
  fleet.settle()
  const view = fleet.view()
  const location = { file: 'groups.yaml', line: 1 }
  const groups = new Map([...view.groups].map(([name, group]) => [name, { ...group, location }]))
  const head: Pick<RolloutHead, 'groups' | 'members'> = { groups, members: new Map() }
  const found = groupsToCheck({ head, view, decision: decide(view), version: () => undefined })
  t.deepEqual(
    found.map(({ name, longestSoak }) => [name, longestSoak]),
    [
      ['ring', HOUR],
      ['inner', HOUR],
    ],
  )
})
