import test from 'ava'
import { Stall } from '../../src/roles/stall.ts'

const MINUTE = 60_000

function scene() {
  const clock = { now: 7 }
  return { clock, stall: new Stall(() => clock.now) }
}

test('between good answers nothing is owed, however rare they are', (t) => {
  const { clock, stall } = scene()
  stall.begin()
  clock.now += MINUTE
  t.is(stall.ms, MINUTE)
  stall.end()
  clock.now += 24 * 60 * MINUTE
  t.is(stall.ms, 0)
  t.is(stall.notReady, undefined)
  t.is(stall.notHealthy(0), undefined)
})

test('a question that gets no answer for minutes is not ready, and says so', (t) => {
  const { clock, stall } = scene()
  stall.begin()
  clock.now += 4 * MINUTE
  t.is(stall.notReady, undefined)
  clock.now += 2 * MINUTE
  t.is(stall.notReady, 'the branch has not been followed for 6 min: still waiting for the Git remote')
})

test('tries that fail count from the first, with the last reason', (t) => {
  const { clock, stall } = scene()
  for (const reason of ['refused', 'too slow']) {
    stall.begin()
    clock.now += 10 * MINUTE
    stall.fail(reason)
  }
  t.is(stall.notReady, 'the branch has not been followed for 20 min: too slow')
  stall.begin()
  stall.end()
  stall.begin()
  t.is(stall.ms, 0)
})

test('it is worth a restart after an hour, and as long as one exchange may take', (t) => {
  const { clock, stall } = scene()
  stall.begin()
  clock.now += 61 * MINUTE
  t.regex(stall.notHealthy(0) ?? '', /not been followed for 61 min/)
  t.is(stall.notHealthy(30 * MINUTE), undefined)
  clock.now += 30 * MINUTE
  t.regex(stall.notHealthy(30 * MINUTE) ?? '', /91 min/)
})
