import test from 'ava'
import type { Rollout } from '../../../../src/model/rollout.ts'
import { declareFiles } from '../../../helpers/declare-files.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** The rollout that a group's document says, as YAML in flow style. */
async function rolloutOf(rollout: string): Promise<Rollout | undefined> {
  const { tree } = await declareFiles({
    'groups.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: production}\nspec: ${rollout}\n`,
  })
  return tree.groups.get('production')?.chain[0]?.document.rollout
}

test('a group that says none has none', async (t) => {
  t.is(await rolloutOf('{}'), undefined)
})

test('an empty rollout has the defaults', async (t) => {
  t.deepEqual(await rolloutOf('{rollout: {}}'), {
    maxUnavailable: { percent: 10 },
    tolerate: { percent: 10 },
    pauseBetween: 0,
    paused: false,
    after: [],
    windows: [],
    minReady: 0,
    timeout: 10 * MINUTE,
    onFailure: 'halt',
    failureBudget: { count: 0 },
    rollsAllBack: false,
    needsApproval: false,
    skip: [],
    verify: [],
  })
})

test('a rollout says everything', async (t) => {
  const said = `rollout:
      maxUnavailable: 3
      tolerate: 0%
      order: tier
      pauseBetween: 1m30s
      paused: true
      after: [{group: canary, soak: 24h}, {group: early}]
      windows:
        - {schedule: "0 22 * * MON-FRI", duration: 6h, timeZone: Europe/Berlin}
        - {kind: deny, schedule: "0 0 24 12 *", duration: 3d}
      freeze: {until: 2026-12-27T06:00:00+01:00, reason: end of the year}
      minReady: 30s
      timeout: 1h
      onFailure: rollback
      rollback: {all: true}
      failureBudget: 5%
      approve: manual
      skip: [acme, eu/globex]`
  t.deepEqual(await rolloutOf(`\n    ${said}`), {
    maxUnavailable: { count: 3 },
    tolerate: { percent: 0 },
    order: 'tier',
    pauseBetween: 90_000,
    paused: true,
    after: [
      { group: 'canary', soak: 24 * HOUR },
      { group: 'early', soak: 0 },
    ],
    windows: [
      { kind: 'allow', schedule: '0 22 * * MON-FRI', duration: 6 * HOUR, timeZone: 'Europe/Berlin' },
      { kind: 'deny', schedule: '0 0 24 12 *', duration: 72 * HOUR, timeZone: 'UTC' },
    ],
    freeze: { until: Date.UTC(2026, 11, 27, 5), reason: 'end of the year' },
    minReady: 30_000,
    timeout: HOUR,
    onFailure: 'rollback',
    rollsAllBack: true,
    failureBudget: { percent: 5 },
    needsApproval: true,
    skip: ['acme', 'eu/globex'],
    verify: [],
  })
})

test('what an anchor is of is read wherever it is used', async (t) => {
  const rollout = await rolloutOf(
    '\n  rollout:\n    windows:\n      - &night {schedule: "0 2 * * *", duration: 2h}\n      - {<<: *night, kind: deny, timeZone: Asia/Tokyo}',
  )
  t.deepEqual(
    rollout?.windows.map(({ kind, schedule, timeZone }) => [kind, schedule, timeZone]),
    [
      ['allow', '0 2 * * *', 'UTC'],
      ['deny', '0 2 * * *', 'Asia/Tokyo'],
    ],
  )
})
