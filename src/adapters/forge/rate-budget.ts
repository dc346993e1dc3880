import type { ForgeAnswer } from './forge-request.ts'

/** What a forge still accepts, as far as its answers and this process's own writes tell. */
export interface RateBudget {
  /** Times of the writes of the last hour, in milliseconds of a steady clock, as all times here. */
  readonly writes: readonly number[]
  /** No request is accepted before. */
  readonly closedUntil: number
  /** Consecutive times that requests were refused for their rate: those that were under way together count once. */
  readonly refusals: number
}

export const FULL_BUDGET: RateBudget = { writes: [], closedUntil: 0, refusals: 0 }

/** Writes that GitHub allows; others have no lower limit. */
const WRITES = [
  { most: 80, withinMs: 60_000 },
  { most: 500, withinMs: 3_600_000 },
]
const HOUR_MS = 3_600_000
/** Wait after a refusal that names no time; it doubles with each further one. GitHub asks for a minute. */
const UNNAMED_MS = 60_000
const RATE_WORDS = /\b(?:rate limit|abuse detection|retry later)/i

/** The earliest time at which a request may be sent, now or later. Writes keep their order. */
export function earliestTime({ writes, closedUntil }: RateBudget, isWrite: boolean, now: number): number {
  if (!isWrite) return Math.max(now, closedUntil)
  const ends = WRITES.map(({ most, withinMs }) => (writes.at(-most) ?? -withinMs) + withinMs)
  return Math.max(now, closedUntil, writes.at(-1) ?? 0, ...ends)
}

/** The budget after a write at its earliest time, which may be to come. */
export function withWrite(budget: RateBudget, at: number): RateBudget {
  return { ...budget, writes: [...budget.writes.filter((time) => time > at - HOUR_MS), at] }
}

/** The budget after an answer at a time. One to a request from before it closed says nothing new, but a time. */
export function withAnswer(budget: RateBudget, answer: ForgeAnswer, now: number): RateBudget {
  const wasClosed = now < budget.closedUntil
  const isRefused = isRateLimited(answer)
  const named = namedWaitOf(answer, isRefused)
  const waitMs = named ?? (isRefused && !wasClosed ? unnamedWait(budget.refusals) : 0)
  const refusals = isRefused ? budget.refusals + 1 : 0
  return {
    ...budget,
    closedUntil: waitMs > 0 ? Math.max(budget.closedUntil, now + waitMs) : budget.closedUntil,
    refusals: wasClosed ? budget.refusals : refusals,
  }
}

/** Whether a forge refused a request for its rate alone: GitHub's secondary limits answer 403. */
export function isRateLimited({ status, headers, text }: ForgeAnswer): boolean {
  if (status === 429) return true
  if (status !== 403) return false
  return headers['retry-after'] !== undefined || isSpent(headers) || RATE_WORDS.test(text.slice(0, 2_000))
}

function namedWaitOf({ headers }: ForgeAnswer, isRefused: boolean): number | undefined {
  const named = isRefused ? retryAfterMs(headers) : undefined
  const found = named ?? (isSpent(headers) ? untilReset(headers) : undefined)
  return found === undefined ? undefined : Math.min(found, 24 * HOUR_MS)
}

function unnamedWait(refusals: number): number {
  return Math.min(UNNAMED_MS * 2 ** refusals, HOUR_MS)
}

/** Of RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterMs(headers: ForgeAnswer['headers']): number | undefined {
  const text = headers['retry-after'] ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const date = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - serverTime(headers))
}

function isSpent(headers: ForgeAnswer['headers']): boolean {
  return (headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining']) === '0'
}

function untilReset(headers: ForgeAnswer['headers']): number | undefined {
  const text = headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'] ?? ''
  if (!/^\d{1,12}$/.test(text)) return undefined
  // A second more: the header has whole seconds.
  return Math.max(0, Number(text) * 1_000 + 1_000 - serverTime(headers))
}

/** By the server's own clock, so that this machine's may be wrong. */
function serverTime(headers: ForgeAnswer['headers']): number {
  const date = Date.parse(headers.date ?? '')
  return Number.isNaN(date) ? Date.now() : date
}
