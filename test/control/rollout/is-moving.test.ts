import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { ConnectionError } from '../../../src/adapters/cluster/api-error.ts'
import { group, members, TEMPLATE } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'
import { ComposedFleet } from './composed-fleet.ts'

const SAID = '{ maxUnavailable: 1, minReady: 1s }'

async function fleetAt(fleet: ComposedFleet, version: string): Promise<void> {
  await fleet.push({
    ...TEMPLATE,
    'groups/a.yaml': group('a', version, SAID),
    ...members('a', 'a-1', 'a-2', 'a-3'),
  })
  await until('all is well', () => {
    fleet.all('healthy')
    fleet.now += 100
    return fleet.report('a')?.state === 'done'
  })
}

test('rollouts are moving from when they are looked at until the last decision is made', async (t) => {
  await using fleet = new ComposedFleet()
  await fleetAt(fleet, '1')
  fleet.queueMs = 30
  const end = new Date(fleet.now + 1_000).toISOString()
  const frozen = `{ maxUnavailable: 1, minReady: 1s, freeze: { until: '${end}', reason: holidays } }`
  await fleet.push({ 'groups/a.yaml': group('a', '2', frozen) })
  await until('the freeze is all that it waits for', () => !fleet.rollouts.isMoving)
  t.is(fleet.report('a')?.state, 'waiting')
  fleet.now += 2_000
  fleet.rollouts.soon(0)
  let looks = 0
  for (; fleet.rollouts.isMoving; looks += 1) {
    fleet.all('healthy')
    fleet.now += 200
    await sleep(5)
  }
  t.true(looks > 10)
  t.like(fleet.report('a'), { state: 'done', moved: 3 })
})

test('what cannot be decided is not waited for without end, and goes on by itself', async (t) => {
  await using fleet = new ComposedFleet()
  await fleetAt(fleet, '1')
  fleet.saveError = new ConnectionError('gone', undefined)
  await fleet.push({ 'groups/a.yaml': group('a', '2', SAID) })
  t.true(fleet.rollouts.isMoving)
  t.regex(fleet.rollouts.failure?.message ?? '', /gone/)
  for (let times = 0; times < 3; times += 1) await fleet.decide()
  await until('nobody waits for it', () => !fleet.rollouts.isMoving)
  fleet.saveError = undefined
  await fleet.decide()
  t.is(fleet.rollouts.failure, undefined)
  t.true(fleet.rollouts.isMoving)
})
