import { formatDelay } from '../../model/duration.ts'
import { type Fault, faultOf, isUnforeseen } from '../../model/fault.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Serial } from '../../support/concurrency/serial.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log, logUnforeseen, MOST_LOGGED } from '../../support/telemetry/log.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { countRanges } from '../fleet/lock-versions.ts'
import type { Proposal } from './propose-lock.ts'

/** Delays before a failed proposal is tried again. */
const PACE: Pace = { firstMs: 10_000, longestMs: 3_600_000 }
const LOOK = 'look'

export interface VersionProposerOptions {
  /** Interval between looks for newer versions, in milliseconds. */
  readonly everyMs: number
  readonly propose: (fleet: Fleet) => Promise<Proposal>
  readonly log: Log
}

/**
 * Decides when versions are looked for: at once when a commit names a range without a version, and at an
 * interval while there are ranges. It delays nothing else.
 */
export class VersionProposer implements Disposable {
  readonly #options: VersionProposerOptions
  readonly #timers = new Timers()
  /** One look at a time. */
  readonly #inTurn = new Serial()
  #fleet: Fleet | undefined
  #failures = 0
  /** Faults of the last look, each told once. */
  #told: ReadonlySet<string> = new Set()
  /** Commit of others that the log told of. */
  #foreign: string | undefined
  #isClosed = false

  constructor(options: VersionProposerOptions) {
    this.#options = options
  }

  /** The fleet that was declared last. */
  take(fleet: Fleet): void {
    const isNew = fleet.commit.oid !== this.#fleet?.commit.oid
    this.#fleet = fleet
    if (isNew) void this.#inTurn.run(() => this.#attempt(() => this.#consider(fleet)))
  }

  /** Does not wait for a look under way, which ends with the signal of its requests. */
  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#timers[Symbol.dispose]()
  }

  async #consider(fleet: Fleet): Promise<void> {
    if (fleet.commit.oid !== this.#fleet?.commit.oid) return
    const { named, unlocked } = await countRanges(fleet)
    if (named === 0) this.#timers.cancel(LOOK)
    else if (unlocked > 0 || !this.#timers.has(LOOK)) await this.#look(fleet)
  }

  async #look(fleet: Fleet): Promise<void> {
    const proposal = await this.#options.propose(fleet)
    if (this.#isClosed) return
    this.#tell(proposal)
    this.#goOn(proposal.faults)
  }

  /** No error ends the looks. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#isClosed) return
    try {
      await work()
    } catch (error) {
      if (this.#isClosed) return
      const problem = faultOf(error)
      if (isUnforeseen(problem)) logUnforeseen(this.#options.log)(error, problem)
      this.#goOn([problem])
    }
  }

  #goOn(faults: readonly Fault[]): void {
    const { everyMs, log } = this.#options
    this.#failures = faults.length === 0 ? 0 : this.#failures + 1
    const delay = this.#failures === 0 ? everyMs : retryDelay(this.#failures, PACE)
    const news = faults.filter((each) => !this.#told.has(keyOf(each)))
    for (const problem of news.slice(0, MOST_LOGGED))
      log.warn({ ...faultFields(problem), retryIn: formatDelay(delay) }, 'versions of charts not proposed')
    this.#told = new Set(faults.map(keyOf))
    this.#timers.set(LOOK, delay, () => this.#again())
  }

  #again(): void {
    const fleet = this.#fleet
    if (fleet) void this.#inTurn.run(() => this.#attempt(() => this.#look(this.#fleet ?? fleet)))
  }

  #tell({ state, branch, commit, subject }: Proposal): void {
    const { log } = this.#options
    if (state === 'pushed') log.info({ commit, subject, branch }, 'versions of charts proposed')
    if (state === 'present') log.debug({ commit, subject, branch }, 'versions of charts are proposed already')
    if (state === 'foreign' && commit !== this.#foreign)
      log.warn(
        { commit, subject, branch },
        'the branch of proposals has commits of others, and is left alone',
      )
    this.#foreign = state === 'foreign' ? commit : undefined
  }
}

/** Without the words of a server, which may differ each time. */
function keyOf({ code, location }: Fault): string {
  return JSON.stringify([code, location?.file, location?.line])
}
