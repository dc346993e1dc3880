import test from 'ava'
import type { Rollout } from '../../../src/model/rollout.ts'
import { describeRolloutChanges } from '../../../src/stages/rollout/describe-rollout-changes.ts'
import { NO_ROLLOUT } from './small-fleet.ts'

const all = (rollouts: Readonly<Record<string, Partial<Rollout>>>) =>
  new Map(
    Object.entries(rollouts).map(([name, rollout]) => [name, { rollout: { ...NO_ROLLOUT, ...rollout } }]),
  )

const follows = (_: string, member: string) => member.length === 1

const freeze = { until: Date.parse('2027-01-02T00:00:00Z'), reason: 'holidays' }

const rows: readonly (readonly [Partial<Rollout>, Partial<Rollout>, readonly string[]])[] = [
  [{}, {}, []],
  [{}, { paused: true }, ['a is paused']],
  [{ paused: true }, {}, ['a is no longer paused']],
  [{}, { freeze }, ['a is frozen until 2027-01-02 00:00 UTC: holidays']],
  [{ freeze }, {}, ['a is no longer frozen']],
  [{ skip: ['x', 'z'] }, { skip: ['y', 'x'] }, ['a skips y', 'a no longer skips z']],
  [{}, { skip: ['x', 'xx'] }, ['a skips x, xx', 'no member that follows a has the name that it skips: xx']],
  [
    {},
    { minReady: 5, maxUnavailable: { percent: 10 } },
    ['a moves its members otherwise: maxUnavailable, minReady'],
  ],
]

for (const [was, is, said] of rows)
  test(`a change of a rollout is told in words: ${said.join('; ') || 'none'}`, (t) => {
    t.deepEqual(describeRolloutChanges(all({ a: was }), all({ a: is }), follows), said)
  })

test('a rollout that comes or goes is told', (t) => {
  t.deepEqual(describeRolloutChanges(all({ a: {} }), all({ b: { skip: ['xx'] } }), follows), [
    'a has no rollout any more: its members come to the head at once',
    'b moves what its members inherit by a rollout',
    'no member that follows b has the name that it skips: xx',
  ])
})
