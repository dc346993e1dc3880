import test from 'ava'
import type { ForgeAnswer } from '../../../src/adapters/forge/forge-request.ts'
import {
  earliestTime,
  FULL_BUDGET,
  isRateLimited,
  type RateBudget,
  withAnswer,
  withWrite,
} from '../../../src/adapters/forge/rate-budget.ts'

const NOW = 1_000_000
const DATE = 'Mon, 30 Nov 2026 12:00:00 GMT'
const SECONDS = Date.parse(DATE) / 1000

function answer(status: number, headers: Record<string, string> = {}, text = ''): ForgeAnswer {
  return { status, headers: { date: DATE, ...headers }, text }
}

function waitAfter(one: ForgeAnswer, budget: RateBudget = FULL_BUDGET, now = NOW): number {
  return earliestTime(withAnswer(budget, one, now), false, now) - now
}

/** Sends writes as early as each may be sent. @returns their times */
function writesFrom(start: number, count: number): readonly number[] {
  let budget = FULL_BUDGET
  return Array.from({ length: count }, () => {
    const at = earliestTime(budget, true, start)
    budget = withWrite(budget, at)
    return at
  })
}

function mostWithin(times: readonly number[], ms: number): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + ms).length))
}

test('80 writes are sent in a minute and 500 in an hour, the others later', (t) => {
  const times = writesFrom(NOW, 1_200)
  t.is(times.filter((at) => at === NOW).length, 80)
  t.is(mostWithin(times, 60_000), 80)
  t.is(mostWithin(times, 3_600_000), 500)
  // And no later than they have to be.
  t.is(times[499], NOW + 6 * 60_000)
  t.is(times[500], NOW + 3_600_000)
})

test('what only reads does not wait for writes', (t) => {
  const budget = writesFrom(NOW, 80).reduce(withWrite, FULL_BUDGET)
  t.is(earliestTime(budget, false, NOW), NOW)
  t.is(earliestTime(budget, true, NOW), NOW + 60_000)
})

test('the time that a forge names is waited for', (t) => {
  t.is(waitAfter(answer(429, { 'retry-after': '7' })), 7_000)
  t.is(waitAfter(answer(403, { 'retry-after': '7' })), 7_000)
  t.is(waitAfter(answer(429, { 'retry-after': 'Mon, 30 Nov 2026 12:01:30 GMT' })), 90_000)
  const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(SECONDS + 30) }
  t.is(waitAfter(answer(403, spent)), 31_000)
  t.is(waitAfter(answer(429, { 'ratelimit-remaining': '0', 'ratelimit-reset': String(SECONDS + 5) })), 6_000)
})

test('after the last request that is allowed, the next one waits without being refused', (t) => {
  t.is(waitAfter(answer(200, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': String(SECONDS + 30) })), 0)
  t.is(
    waitAfter(answer(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(SECONDS + 30) })),
    31_000,
  )
})

test('a refusal that names no time is waited for a minute, twice as long each time', (t) => {
  const refused = answer(403, {}, '{"message":"You have exceeded a secondary rate limit."}')
  t.is(waitAfter(refused), 60_000)
  const once = withAnswer(FULL_BUDGET, refused, NOW)
  const open = NOW + 60_000
  t.is(waitAfter(refused, once, open), 120_000)
  t.is(waitAfter(refused, withAnswer(once, answer(200), open), open), 60_000)
})

test('refusals of requests that were under way together count as one', (t) => {
  const refused = answer(429)
  const all = [refused, answer(200), refused, refused]
  const once = all.reduce((budget, one, at) => withAnswer(budget, one, NOW + at), FULL_BUDGET)
  t.is(once.closedUntil, NOW + 60_000)
  t.is(waitAfter(refused, once, once.closedUntil), 120_000)
  t.is(waitAfter(answer(429, { 'retry-after': '90' }), once), 90_000, 'a time that one names still counts')
})

test('the clock of this machine does not matter', (t) => {
  const yesterday = { date: 'Sun, 29 Nov 2020 12:00:00 GMT' }
  const reset = String(Date.parse(yesterday.date) / 1000 + 30)
  const spent = { ...yesterday, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
  t.is(waitAfter(answer(403, spent)), 31_000)
})

test('times that make no sense are bounded', (t) => {
  t.is(waitAfter(answer(429, { 'retry-after': '999999999' })), 24 * 3_600_000)
  t.is(waitAfter(answer(429, { 'retry-after': 'soon' })), 60_000)
  t.is(waitAfter(answer(429, { 'retry-after': '-5' })), 60_000)
  t.is(waitAfter(answer(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'never' })), 0)
})

test('missing rights are no limit of the rate', (t) => {
  t.false(isRateLimited(answer(403, {}, '{"message":"Resource not accessible by integration"}')))
  t.false(isRateLimited(answer(403, { 'x-ratelimit-remaining': '4999' })))
  t.false(isRateLimited(answer(404)))
  t.true(isRateLimited(answer(429)))
})
