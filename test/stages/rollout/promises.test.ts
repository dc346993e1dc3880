/** That the checkers of the simulation see what breaks a promise: each of these steps does. */
import test, { type ExecutionContext } from 'ava'
import { endsWell } from './simulation/promises/ends-well.ts'
import { harmsNobody } from './simulation/promises/harms-nobody.ts'
import { keepsBudgets } from './simulation/promises/keeps-budgets.ts'
import { passesNoGate } from './simulation/promises/passes-no-gate.ts'
import { rejectsForGood } from './simulation/promises/rejects-for-good.ts'
import { saysWhy } from './simulation/promises/says-why.ts'
import { skipsNoRing } from './simulation/promises/skips-no-ring.ts'
import { Starvation } from './simulation/promises/starves-nobody.ts'
import { waitsForApproval } from './simulation/promises/waits-for-approval.ts'
import { type Said, stepOf } from './simulation/said-step.ts'
import type { Promised, Truth } from './simulation/step.ts'

const HOUR = 3_600_000

const sees = (t: ExecutionContext, promise: Promised, good: Said, bad: Said, says: RegExp) => {
  t.deepEqual(promise(stepOf(good)), [])
  t.regex(promise(stepOf(bad)).join('\n'), says)
}

const ONE = [{}]
const BACK: Partial<Truth> = { rejectedAt: (_, digest) => (digest === 'g2' ? 'c2' : undefined) }

test(
  'more moves than a group allows',
  sees,
  keepsBudgets,
  {
    rollout: { maxUnavailable: { count: 2 } },
    outer: { maxUnavailable: { count: 2 } },
    moves: [{}, { member: 'b' }],
  },
  {
    rollout: { maxUnavailable: { count: 1 } },
    outer: { maxUnavailable: { count: 2 } },
    moves: [{}, { member: 'b' }],
  },
  /^2 of g are unavailable and 1 may be/,
)
test(
  'more moves than a group around it allows',
  sees,
  keepsBudgets,
  { moves: ONE },
  {
    moves: ONE,
    rollout: { maxUnavailable: { percent: 50 } },
    truth: { isDisrupted: (name) => name === 'd' },
  },
  /^2 of outer are unavailable and 1 may be/,
)
test(
  'a revision that the ring before has not proven for as long as it must',
  sees,
  skipsNoRing,
  { moves: ONE },
  { moves: ONE, truth: { provenFor: () => HOUR - 1 } },
  /a of g goes to c2, which canary has not proven/,
)
test(
  'a revision that nobody approved',
  sees,
  waitsForApproval,
  { moves: ONE, rollout: { needsApproval: true }, group: { approved: 'c2' } },
  { moves: ONE, rollout: { needsApproval: true } },
  /nobody approved/,
)
for (const [what, change] of [
  ['a pause', { paused: true }],
  ['a freeze', { freeze: { until: 11 * HOUR, reason: 'a fair' } }],
] as const)
  test(
    `a move in ${what} of a group around it`,
    sees,
    passesNoGate,
    { moves: ONE },
    { moves: ONE, outer: change },
    new RegExp(`a moves \\(inherited\\) in ${what} of outer`),
  )
test(
  'a move outside the windows',
  sees,
  passesNoGate,
  { moves: ONE },
  { moves: [{ kind: 'own' }], truth: { isWindowOpen: (group) => group !== 'outer' } },
  /a moves \(own\) in a closed window of outer/,
)
test(
  'a group that takes again what it rejected',
  sees,
  rejectsForGood,
  { record: { at: { commit: 'c1', digest: 'g1', since: 0 } }, truth: BACK },
  { truth: BACK },
  /g takes g2 again/,
)
test(
  'a member that goes to what its group rejected',
  sees,
  rejectsForGood,
  {
    record: { at: { commit: 'c1', digest: 'g1', since: 0 } },
    truth: BACK,
    moves: [{ kind: 'own', inherited: { commit: 'c1', group: 'g' } }],
  },
  { record: { at: { commit: 'c1', digest: 'g1', since: 0 } }, truth: BACK, moves: [{ kind: 'new' }] },
  /a goes to g2, which g rejected/,
)
test(
  'a setting that comes from nowhere',
  sees,
  harmsNobody,
  { moves: ONE },
  { moves: ONE, harm: () => 'values.a moved' },
  /a goes to c2 although values.a moved/,
)
test(
  'a member, or a group, that waits without a word',
  sees,
  saysWhy,
  {
    wait: { for: 'approval', group: 'g' },
    waits: { a: { for: 'skip', group: 'g' } },
    record: { at: { commit: 'c1', digest: 'g1', since: 0 } },
  },
  { record: { at: { commit: 'c1', digest: 'g1', since: 0 } } },
  /g waits without a word.*a of g waits without a word/s,
)
test(
  'a sentence with a hole',
  sees,
  saysWhy,
  { wait: { for: 'approval', group: 'g' } },
  { wait: { for: 'freeze', group: 'g', until: HOUR, reason: `${undefined}` } },
  /says: .*undefined/,
)
test(
  'an end without a reason',
  sees,
  endsWell,
  { wait: { for: 'failure', group: 'g', reason: 'a failed' }, waits: { a: { for: 'pause', group: 'g' } } },
  { wait: { for: 'proof', group: 'g', missing: ['a'] }, waits: { a: { for: 'pace', group: 'g', until: 1 } } },
  /g ends with .*proof.*a ends with .*pace/s,
)

test('a group that does not come to a commit in time, unless something keeps it that a person can see', (t) => {
  const behind = { record: { at: { commit: 'c1', digest: 'g1', since: 0 } } }
  const after = (time: number, said: Said) => {
    const starvation = new Starvation({ longestMove: 60_000, slack: HOUR })
    starvation.check(stepOf(said), 0, false)
    return starvation.check(stepOf(said), time, false)
  }
  t.deepEqual(after(HOUR, behind), [])
  t.regex(after(100 * HOUR, behind).join('\n'), /g does not come to c2 within \d+ min: it is at c1/)
  t.deepEqual(after(100 * HOUR, {}), [])
  t.deepEqual(after(100 * HOUR, { ...behind, outer: { paused: true } }), [])
})
