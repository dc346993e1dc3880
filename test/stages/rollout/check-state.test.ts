import test from 'ava'
import fc from 'fast-check'
import type { Check } from '../../../src/model/rollout-check.ts'
import { checkState, type Look, looksToKeep } from '../../../src/stages/rollout/check-state.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const SINCE = 5 * HOUR

function check(given: Partial<Check> = {}): Check {
  return {
    name: 'errors',
    question: { kind: 'cel', expression: 'true' },
    after: 0,
    every: MINUTE,
    failures: 1,
    onNoData: 'wait',
    ...given,
  }
}

const job = check({ question: { kind: 'job', namespace: 'tests', spec: {} } })

/** Looks at these times after the beginning. */
function looks(...given: readonly (readonly [after: number, result: Look['result']])[]): readonly Look[] {
  return given.map(([after, result]) => ({ at: SINCE + after, result, detail: `it was ${result}` }))
}

/** What follows, with the time of the next look after the beginning. */
function judge(of: Check, seen: readonly Look[], soak = HOUR, now = seen.at(-1)?.at ?? SINCE) {
  const { nextLook, ...rest } = checkState(of, seen, { since: SINCE, soak, now })
  return { ...rest, ...(nextLook !== undefined && { next: nextLook - SINCE }) }
}

test('the first look comes when the members are well, or some time after', (t) => {
  const reason = 'not looked at yet'
  t.deepEqual(judge(check(), []), { state: 'waiting', next: 0, reason, isPending: true })
  t.deepEqual(judge(check({ after: MINUTE }), []), {
    state: 'waiting',
    next: MINUTE,
    reason,
    isPending: true,
  })
})

test('without followers there is one look', (t) => {
  t.deepEqual(judge(check(), looks([0, 'pass']), 0), { state: 'passed', isPending: false })
})

test('looks go on until the longest soak is over, and keep no shorter soak', (t) => {
  const reason = 'looks follow for 60m'
  t.deepEqual(judge(check(), looks([0, 'pass'])), {
    state: 'passing',
    next: MINUTE,
    reason,
    isPending: false,
  })
  t.is(judge(check(), looks([HOUR - 20 * SECOND, 'pass'])).next, HOUR, 'the last look is at the end')
  t.true(judge(check(), looks([HOUR - SECOND, 'pass']), HOUR, SINCE + HOUR).isPending, 'which is waited for')
  t.deepEqual(judge(check(), looks([0, 'pass'], [HOUR, 'pass'])), { state: 'passed', isPending: false })
  t.is(
    judge(check(), looks([0, 'pass'], [HOUR, 'pass']), 2 * HOUR).state,
    'passing',
    'a longer soak is asked',
  )
})

test('a time of its own is waited for, whatever the soak', (t) => {
  const long = check({ for: 2 * HOUR, after: MINUTE })
  t.true(judge(long, looks([MINUTE, 'pass']), 0).isPending)
  t.is(judge(long, looks([2 * HOUR, 'pass']), 0).next, 2 * HOUR + MINUTE)
  t.is(judge(long, looks([2 * HOUR + MINUTE, 'pass']), 0).state, 'passed')
  t.is(judge(check({ for: 0 }), looks([0, 'pass'])).state, 'passed')
})

test('a failed look fails it, with what was found', (t) => {
  const failed = { state: 'failed', reason: 'it was fail', isPending: false } as const
  t.deepEqual(judge(check(), looks([0, 'fail'])), failed)
  t.deepEqual(judge(check(), looks([0, 'pass'], [MINUTE, 'fail'])), failed, 'also later in the soak')
  t.deepEqual(judge(check(), looks([HOUR, 'fail'])), failed, 'also at its end')
})

test('as many looks fail in a row as it says', (t) => {
  const three = check({ failures: 3 })
  const twice = looks([0, 'pass'], [1, 'fail'], [2, 'fail'])
  t.deepEqual(judge(three, twice), {
    state: 'waiting',
    next: MINUTE + 2,
    reason: 'failed 2 times: it was fail',
    isPending: true,
  })
  t.is(
    judge(three, [...twice, ...looks([3, 'pass'], [4, 'fail'])]).state,
    'waiting',
    'one that passes ends a row',
  )
  t.is(
    judge(three, [...twice, ...looks([3, 'none'], [4, 'fail'])]).state,
    'failed',
    'one without data does not',
  )
  t.is(judge(three, [...twice, ...looks([3, 'fail'])]).reason, '3 times in a row, it was fail')
  t.is(judge(three, [...twice.slice(1), ...looks([HOUR, 'pass'])]).state, 'passed')
})

test('no data is waited for, or counts as the check says', (t) => {
  const none = looks([HOUR, 'none'])
  t.deepEqual(judge(check(), none), {
    state: 'waiting',
    next: HOUR + MINUTE,
    reason: 'it was none',
    isPending: true,
  })
  t.is(judge(check({ onNoData: 'pass' }), none).state, 'passed')
  t.is(judge(check({ onNoData: 'fail' }), none).state, 'failed')
  t.is(
    judge(check(), looks([0, 'pass'], [HOUR, 'none'])).state,
    'waiting',
    'an earlier pass is no proof of the end',
  )
})

test('a Job is looked at often while it runs, whatever counts as no data, and passes once', (t) => {
  for (const onNoData of ['wait', 'pass', 'fail'] as const) {
    const { state, next } = judge({ ...job, onNoData }, looks([0, 'running']))
    t.deepEqual({ state, next }, { state: 'waiting', next: 5 * SECOND })
  }
  t.is(judge(job, looks([0, 'running'], [5 * SECOND, 'pass'])).state, 'passed')
  t.is(judge(job, looks([0, 'running'], [5 * SECOND, 'fail'])).state, 'failed')
})

test('looks that begin anew after a restart prove nothing earlier, and one at the end is enough', (t) => {
  t.is(judge(check(), []).next, 0, 'a look is due at once')
  t.is(judge(check(), looks([HOUR / 2, 'pass'])).state, 'passing')
  t.is(judge(check(), looks([3 * HOUR, 'pass'])).state, 'passed')
})

const anyResult = fc.constantFrom<Look['result'][]>('pass', 'fail', 'none', 'running')
const anyLooks = fc.array(fc.tuple(fc.nat(2 * HOUR), anyResult), { maxLength: 40 })
const anyCheck = fc.record({
  failures: fc.integer({ min: 1, max: 4 }),
  onNoData: fc.constantFrom<Check['onNoData'][]>('wait', 'pass', 'fail'),
  for: fc.option(fc.nat(HOUR), { nil: undefined }),
})

test('the looks that are kept give the state that all would, and are few', (t) => {
  fc.assert(
    fc.property(anyCheck, anyLooks, ({ for: lasts, ...given }, seen) => {
      const of = check({ ...given, ...(lasts !== undefined && { for: lasts }) })
      let kept: readonly Look[] = []
      const all: Look[] = []
      for (const look of looks(...seen.toSorted(([a], [b]) => a - b))) {
        all.push(look)
        kept = looksToKeep(of, [...kept, look])
        t.deepEqual(judge(of, kept), judge(of, all))
        t.true(kept.length <= of.failures + 1)
        if (judge(of, all).state === 'failed') return
      }
    }),
  )
})
