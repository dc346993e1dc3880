import { hash } from 'node:crypto'
import { anyFault } from '../../../adapters/cluster/any-fault.ts'
import { isRequestError } from '../../../adapters/cluster/api-error.ts'
import { faultOf } from '../../../model/fault.ts'
import { writeJson } from '../../../model/json.ts'
import type { ObjectId } from '../../../model/object.ts'
import type { Check } from '../../../model/rollout-check.ts'
import type { CheckState } from '../../../stages/rollout/check-state.ts'
import type { FailedCheck } from '../../../stages/rollout/group-record.ts'
import { Timers } from '../../../support/concurrency/timers.ts'
import { faultFields, type Log, logUnforeseen } from '../../../support/telemetry/log.ts'
import { Asker, type AskerOptions, type PreparedQuestion } from './asker.ts'
import { CheckRun } from './check-run.ts'
import { type Found, found } from './found.ts'
import type { GroupToCheck } from './group-to-check.ts'
import { deleteStaleJobs } from './stale-jobs.ts'

export interface GroupChecksOptions extends AskerOptions {
  readonly log: Log
  /** In ms since the epoch; by default the clock. */
  readonly now?: () => number
}

/** How the checks of a group are doing, for what it is at. */
export interface GroupCheckState {
  /** Whether some check keeps what the group is at from being proven. */
  readonly isChecking: boolean
  readonly failedCheck?: FailedCheck
  readonly checks: readonly NamedCheckState[]
}

export interface NamedCheckState extends CheckState {
  /** Name of the check. */
  readonly name: string
}

/** What is known of a group. */
interface Watched {
  group: GroupToCheck
  /** By what the check says: one that changes begins anew. */
  runs: ReadonlyMap<string, CheckRun>
}

/** Maximum delay of a timer, in milliseconds: the clock may be set meanwhile. */
const LONGEST_DELAY_MS = 60_000
const SWEEP_AGAIN_MS = 60_000

/**
 * Looks at what groups are at by the checks of their rollouts. It remembers looks in memory alone: after a restart they
 * begin anew, and prove nothing earlier. Without groups that have checks, it does nothing.
 */
export class GroupChecks implements AsyncDisposable {
  readonly #options: GroupChecksOptions
  readonly #now: () => number
  readonly #asker: Asker
  readonly #timers = new Timers()
  readonly #closing = new AbortController()
  readonly #groups = new Map<string, Watched>()
  readonly #listeners = new Set<(group: string) => void>()
  readonly #underWay = new Set<Promise<void>>()
  /** Keys of checks, which are the same objects as long as their document does not change. */
  readonly #keys = new WeakMap<Check, string>()
  #jobs: ReadonlySet<ObjectId> = new Set()
  #sweeping: Promise<void> = Promise.resolve()

  /** @throws FaultError bad-proxy */
  constructor(options: GroupChecksOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#asker = new Asker(options)
  }

  /** Calls the listener when a group's state may be another one. */
  onNews(listener: (group: string) => void): void {
    this.#listeners.add(listener)
  }

  /** Takes over all groups that have checks, as the last decision left them. */
  note(groups: readonly GroupToCheck[]): void {
    const names = new Set(groups.map(({ name }) => name))
    for (const name of this.#groups.keys()) if (!names.has(name)) this.#forget(name)
    for (const group of groups) this.#noteGroup(group)
    this.#noteJobs()
  }

  /**
   * How the checks of a group are doing. What is not known yet is being checked: nothing is proven before.
   * @param checks as the group's document says them now
   */
  state({
    name,
    digest,
    checks,
    failed: remembered,
  }: Pick<GroupToCheck, 'name' | 'digest' | 'checks' | 'failed'>): GroupCheckState {
    const watched = this.#groups.get(name)
    const runs = watched?.group.digest === digest ? watched.runs : new Map<string, CheckRun>()
    const states = checks.map((check): NamedCheckState => {
      const key = this.#keyOf(check)
      const state = runs.get(key)?.state(this.#now()) ?? unknown(key, remembered)
      return { name: check.name, ...state }
    })
    const index = states.findIndex(({ state }) => state === 'failed')
    const [failed, check] = [states[index], checks[index]]
    return {
      isChecking: states.some(({ isPending }) => isPending),
      ...(failed &&
        check && {
          failedCheck: { name: failed.name, check: this.#keyOf(check), reason: failed.reason ?? '' },
        }),
      checks: states,
    }
  }

  /** Ends all looks; resolves when nothing is under way any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers[Symbol.dispose]()
    this.#closing.abort()
    await this.#asker[Symbol.asyncDispose]()
    await Promise.all([this.#sweeping, ...this.#underWay])
  }

  #forget(name: string): void {
    for (const key of this.#groups.get(name)?.runs.keys() ?? []) this.#timers.cancel(timerOf(name, key))
    this.#groups.delete(name)
  }

  #noteGroup(group: GroupToCheck): void {
    const { name, checks } = group
    const known = this.#groups.get(name)
    if (known && !isSameAim(known.group, group)) this.#forget(name)
    const before = this.#groups.get(name)?.runs
    const runs = new Map(
      checks.map((check): [string, CheckRun] => {
        const key = this.#keyOf(check)
        return [key, before?.get(key) ?? this.#newRun(key, check, group)]
      }),
    )
    for (const key of before?.keys() ?? []) if (!runs.has(key)) this.#timers.cancel(timerOf(name, key))
    this.#groups.set(name, { group, runs })
    for (const [key, run] of runs) {
      run.follow(group, this.#now())
      this.#schedule(name, key, run)
    }
  }

  #newRun(key: string, check: Check, group: GroupToCheck): CheckRun {
    const failure = group.failed?.check === key ? group.failed.reason : undefined
    return new CheckRun(check, this.#asker.prepare(group, check), failure)
  }

  /** Sets the timer of the next look. */
  #schedule(name: string, key: string, run: CheckRun): void {
    const timer = timerOf(name, key)
    const { nextLook } = run.state(this.#now())
    const { prepared } = run
    if (nextLook === undefined || run.isLooking || 'refusal' in prepared) {
      this.#timers.cancel(timer)
      return
    }
    const delay = Math.min(Math.max(0, nextLook - this.#now()), LONGEST_DELAY_MS)
    this.#timers.set(timer, delay, () => {
      if (this.#now() < nextLook) this.#schedule(name, key, run)
      else this.#begin(this.#look(name, key, run, prepared))
    })
  }

  #begin(work: Promise<void>): void {
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
  }

  async #look(name: string, key: string, run: CheckRun, { ask }: PreparedQuestion): Promise<void> {
    const isCurrent = () => this.#groups.get(name)?.runs.get(key) === run
    const { since } = run
    const group = this.#groups.get(name)?.group
    if (since === undefined || group === undefined || !isCurrent()) return
    const at = this.#now()
    const before = run.state(at)
    run.isLooking = true
    const answer = await this.#answer(() => ask(group, this.#closing.signal))
    run.isLooking = false
    if (answer === undefined || !isCurrent()) return
    run.note({ at, ...answer }, since)
    this.#schedule(name, key, run)
    if (isNews(before, run.state(this.#now()))) for (const listener of this.#listeners) listener(name)
  }

  /** Undefined once everything ends. */
  async #answer(ask: () => Promise<Found>): Promise<Found | undefined> {
    try {
      const answer = await ask()
      return this.#closing.signal.aborted ? undefined : answer
    } catch (error) {
      if (this.#closing.signal.aborted) return undefined
      logUnforeseen(this.#options.log)(error, faultOf(error))
      return found('none', 'an unexpected error of Reeve')
    }
  }

  #keyOf(check: Check): string {
    const key = this.#keys.get(check) ?? hash('sha256', writeJson(check)).slice(0, 16)
    this.#keys.set(check, key)
    return key
  }

  /** Deletes Jobs of other revisions whenever those that are wanted change, also what an earlier process left. */
  #noteJobs(): void {
    const runs = [...this.#groups.values()].flatMap((watched) => [...watched.runs.values()])
    const jobs = new Set(
      runs.flatMap(({ prepared }) => ('ask' in prepared && prepared.job !== undefined ? prepared.job : [])),
    )
    if (jobs.size === this.#jobs.size && [...jobs].every((job) => this.#jobs.has(job))) return
    this.#jobs = jobs
    this.#sweep()
  }

  #sweep(): void {
    this.#sweeping = this.#sweeping.then(() => this.#deleteStale())
  }

  async #deleteStale(): Promise<void> {
    const { log } = this.#options
    const { signal } = this.#closing
    if (signal.aborted) return
    try {
      await deleteStaleJobs(this.#jobs, { ...this.#options, signal })
    } catch (error) {
      if (signal.aborted) return
      if (isRequestError(error)) log.warn(faultFields(anyFault(error)), 'cannot list the Jobs of checks')
      else logUnforeseen(log)(error, faultOf(error))
      this.#timers.set('sweep', SWEEP_AGAIN_MS, () => this.#sweep())
    }
  }
}

/** Whether the questions of a group are the same as before, apart from what its checks say. */
function isSameAim(before: GroupToCheck, now: GroupToCheck): boolean {
  const [one, other] = [before.account, now.account]
  return before.digest === now.digest && one?.text === other?.text && one?.namespace === other?.namespace
}

function unknown(key: string, remembered: FailedCheck | undefined): CheckState {
  if (remembered?.check === key) return { state: 'failed', reason: remembered.reason, isPending: false }
  return { state: 'waiting', reason: 'not looked at yet', isPending: true }
}

/** A decision depends on the state of a check, not on its words. */
function isNews(before: CheckState, now: CheckState): boolean {
  return before.state !== now.state || before.isPending !== now.isPending
}

function timerOf(group: string, key: string): string {
  return `${group} ${key}`
}
