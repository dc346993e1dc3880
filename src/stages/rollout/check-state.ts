import { formatDelay } from '../../model/duration.ts'
import type { Check } from '../../model/rollout-check.ts'

/** One answer to the question of a check. Times are ms since the epoch. */
export interface Look {
  readonly at: number
  /** `none`: no answer, or none with a result in it; `running`: the answer is under way, as of a Job. */
  readonly result: 'pass' | 'fail' | 'none' | 'running'
  /** What was found, in words that follow the name of the check; safe to show. */
  readonly detail: string
}

export interface CheckContext {
  /** Since when all members are at the revision and well. */
  readonly since: number
  /** The longest time, in ms, that a group which follows wants the revision to be proven. */
  readonly soak: number
  readonly now: number
}

/**
 * How a check is doing: `waiting` without a result, or after a failed look that is not enough to fail; `passing` while
 * more looks follow. Only `passed` is a proof, and `failed` stays.
 */
export interface CheckState {
  readonly state: 'waiting' | 'passing' | 'failed' | 'passed'
  /** When to look next; undefined where nothing more is looked at. */
  readonly nextLook?: number
  /** What it waits for, or why it failed. */
  readonly reason?: string
  /**
   * Whether the revision is not proven yet, for however short a soak: until it passes, and then while it looks for a
   * time of its own or its last look is due. Looks that go on for the longest soak do not keep a shorter one.
   */
  readonly isPending: boolean
}

/** Time between two looks at what is under way, in milliseconds. */
const RUNNING_MS = 5_000

/**
 * Judges a check by its looks, the oldest first. Pure: the same looks give the same state. The last look is at the end
 * of the time that they go on for, or later, and has to pass; so a proof is never earlier for looks that were missed.
 */
export function checkState(check: Check, looks: readonly Look[], context: CheckContext): CheckState {
  const first = context.since + check.after
  const last = looks.at(-1)
  if (last === undefined)
    return { state: 'waiting', nextLook: first, reason: 'not looked at yet', isPending: true }
  const verdict = verdictOf(last, check)
  const failed = failedInARow(check, looks)
  if (failed >= check.failures) return { state: 'failed', reason: failure(failed, last), isPending: false }
  const end = endOf(check, first, context)
  if (verdict === 'pass' && last.at >= end) return { state: 'passed', isPending: false }
  const nextLook = nextAfter(last, check, end)
  if (verdict !== 'pass')
    return { state: 'waiting', nextLook, reason: waiting(failed, last), isPending: true }
  const isPending = check.for !== undefined || context.now >= end
  return { state: 'passing', nextLook, reason: `looks follow for ${formatDelay(end - last.at)}`, isPending }
}

/** The looks that a state depends on: those with a result that may count, and the last one. */
export function looksToKeep(check: Check, looks: readonly Look[]): readonly Look[] {
  const last = looks.at(-1)
  const counting = looks.filter((look) => look === last || verdictOf(look, check) !== undefined)
  return counting.slice(-(check.failures + 1))
}

/** What a look counts as; undefined where it counts as nothing. */
function verdictOf({ result }: Look, { onNoData }: Check): 'pass' | 'fail' | undefined {
  if (result === 'running') return undefined
  if (result !== 'none') return result
  return onNoData === 'wait' ? undefined : onNoData
}

/** Number of looks that count as failed since the last one that passed. */
function failedInARow(check: Check, looks: readonly Look[]): number {
  const verdicts = looks.map((look) => verdictOf(look, check)).filter((verdict) => verdict !== undefined)
  return verdicts.length - 1 - verdicts.lastIndexOf('pass')
}

/** A Job runs once. */
function endOf(check: Check, first: number, { since, soak }: CheckContext): number {
  if (check.question.kind === 'job') return first
  return check.for === undefined ? Math.max(first, since + soak) : first + check.for
}

function nextAfter({ at, result }: Look, { every }: Check, end: number): number {
  const next = at + (result === 'running' ? Math.min(every, RUNNING_MS) : every)
  return at < end && next > end ? end : next
}

function failure(count: number, { detail }: Look): string {
  return count === 1 ? detail : `${count} times in a row, ${detail}`
}

function waiting(failed: number, { result, detail }: Look): string {
  return result === 'fail' ? `failed ${failed === 1 ? 'once' : `${failed} times`}: ${detail}` : detail
}
