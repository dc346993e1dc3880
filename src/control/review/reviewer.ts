import { setImmediate as turnOfOthers } from 'node:timers/promises'
import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { formatDelay } from '../../model/duration.ts'
import { type Fault, fault, isUnforeseen } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { INSTALLATION_LABEL } from '../../model/labels.ts'
import type { LiveChange } from '../../stages/live/live-cache.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Serial } from '../../support/concurrency/serial.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { Asked } from './asked.ts'
import type { ChangePlan } from './change-plan.ts'
import type { PlanBasis } from './plan-basis.ts'
import type { Proposal } from './proposals.ts'
import type { KnownOfChange } from './review-planner.ts'
import { Turns } from './turns.ts'

/** Delay before a review is planned again because of the cluster, in milliseconds: writes come in groups. */
const LIVE_MS = 1_000
/** Maximum time for one plan, in milliseconds. */
const PLAN_WITHIN_MS = 60_000
/** How many times as long as its last plan took a change lets others go first. */
const YIELDS = 4
/** Number of attempts after which reviewers are told why there is no plan yet. */
const TOLD_AFTER = 4
/** Maximum number of changes that are planned; and of those that are answered at all. */
const MOST_PLANNED = 500
const MOST_ANSWERED = 5_000
const RETRIES: Pace = { firstMs: 1_000, longestMs: 60_000 }

/** Faults of a change itself: told to its reviewers, and not tried again by themselves. */
const OF_THE_CHANGE: ReadonlySet<FaultCode> = new Set([
  'review-too-large',
  'review-timeout',
  'unrelated-histories',
  'git-too-large',
  'git-no-path',
])

/** Whether a fault is for the reviewers of a change; that of a server is tried again instead. */
function isOfChange(problem: Fault): boolean {
  return OF_THE_CHANGE.has(problem.code) || isUnforeseen(problem)
}

export interface ReviewerOptions {
  /** The fleet at the head of the followed branch; undefined before the first commit. */
  readonly fleet: () => Fleet | undefined
  /** @returns undefined where the plan is the last one */
  readonly plan: (
    proposal: Proposal,
    target: Fleet,
    known: KnownOfChange,
    signal: AbortSignal,
  ) => Promise<ChangePlan | undefined>
  readonly review: (proposal: Proposal, target: Fleet, plan: ChangePlan | Fault) => ClusterReview
  /** Whether there is a review of a proposal, of this process or an earlier one. */
  readonly isReviewed: (name: string) => boolean
  /** Shows a review where people read it. */
  readonly publish: (proposal: Proposal, review: ClusterReview, signal: AbortSignal) => Promise<void>
  /** Called with a proposal all of whose commits the target has. */
  readonly inTarget: (proposal: Proposal) => void
  /** Called with a proposal that is no longer open. */
  readonly end: (name: string, signal: AbortSignal) => Promise<void>
  readonly log: Log
}

/** An open proposal, and what is known of it. */
interface Open {
  proposal: Proposal
  asked: Asked
  /** More are open than are planned, and it is one of the last. */
  isBeyond: boolean
  /** Its newest commit that a review was published of. */
  answered?: string
  /** How long its last plan took, in milliseconds. */
  tookMs: number
  /** The commits that it was planned for: `head target`. */
  plannedFor?: string
  /** What its last plan comes from. */
  basis?: PlanBasis | undefined
  /** Ids of the installations that it touches: their label's value. */
  touched: ReadonlySet<string>
  /** The cluster has changed what it may depend on. */
  isStale: boolean
  failures: number
}

/**
 * Keeps the reviews of all open proposals current: plans each when it, its target or its objects in the cluster
 * change, one at a time.
 */
export class Reviewer implements AsyncDisposable {
  readonly #options: ReviewerOptions
  readonly #open = new Map<string, Open>()
  readonly #inTurn = new Serial()
  readonly #timers = new Timers()
  readonly #turns = new Turns()
  readonly #closed = new AbortController()
  #hasToldBeyond = false

  constructor(options: ReviewerOptions) {
    this.#options = options
  }

  /** The open proposals, and no others: plans those that are new or have moved, ends those that are gone. */
  take(proposals: readonly Proposal[]): void {
    const names = new Set(proposals.map(({ name }) => name))
    for (const name of this.#open.keys()) if (!names.has(name)) this.end(name)
    for (const proposal of proposals) this.takeOne(proposal)
    this.#tellBeyond(proposals.length)
  }

  /** Like take, about one proposal alone. */
  takeOne(proposal: Proposal): void {
    const { name } = proposal
    const known = this.#open.get(name)
    if (known === undefined) {
      if (this.#open.size >= MOST_ANSWERED) return
      this.#open.set(name, {
        proposal,
        asked: new Asked(),
        isBeyond: this.#open.size >= MOST_PLANNED,
        tookMs: 0,
        touched: new Set(),
        isStale: false,
        failures: 0,
      })
    } else {
      const isSame = known.proposal.head === proposal.head
      known.proposal = proposal
      if (isSame && this.#timers.has(name)) return // tried again in its time
      if (!isSame) {
        known.asked = new Asked()
        known.tookMs = 0
        known.failures = 0
        known.basis = undefined
      }
    }
    this.#planSoon(name)
  }

  /** Plans all again whose target has moved. */
  noteTarget(): void {
    for (const name of this.#open.keys()) this.#planSoon(name)
  }

  /** Plans again, soon, what touches a changed object's installation. */
  noteLive({ before, after }: LiveChange): void {
    if (this.#open.size === 0) return
    const ids = [before, after].flatMap((object) => object?.metadata.labels?.[INSTALLATION_LABEL] ?? [])
    for (const [name, open] of this.#open) {
      if (!ids.some((id) => open.touched.has(id))) continue
      open.isStale = true
      this.#timers.setOnce(name, LIVE_MS, () => this.#planSoon(name))
    }
  }

  /** Ends the review of a proposal that is no longer open, whether or not it was taken. */
  end(name: string): void {
    const gone = this.#open.get(name)
    this.#open.delete(name)
    this.#timers.cancel(name)
    if (gone && !gone.isBeyond) this.#takeNextBeyond()
    void this.#inTurn.run(async () => {
      try {
        if (!this.#closed.signal.aborted) await this.#options.end(name, this.#closed.signal)
      } catch (error) {
        const problem = anyFault(error)
        if (isUnforeseen(problem)) logUnforeseen(this.#options.log)(error, problem)
        else
          this.#options.log.warn(
            { change: name, ...faultFields(problem) },
            'the end of a change was not told',
          )
      }
    })
  }

  /** Resolves when nothing is left to plan or to publish. */
  idle(): Promise<void> {
    return this.#inTurn.idle()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    this.#timers[Symbol.dispose]()
    await this.#inTurn.idle()
  }

  #planSoon(name: string): void {
    const open = this.#open.get(name)
    if (open === undefined || this.#closed.signal.aborted) return
    const isFirst = open.answered !== open.proposal.head
    if (!this.#turns.add(name, { isFirst, yieldMs: YIELDS * open.tookMs })) return
    void this.#inTurn.run(async () => {
      const next = this.#open.get(this.#turns.take() ?? '')
      if (next && !this.#closed.signal.aborted) await this.#attempt(next)
      await turnOfOthers()
    })
  }

  /** One more is planned where another has ended. */
  #takeNextBeyond(): void {
    for (const [name, open] of this.#open) {
      if (!open.isBeyond) continue
      open.isBeyond = false
      this.#planSoon(name)
      return
    }
  }

  #tellBeyond(count: number): void {
    const isBeyond = count > MOST_PLANNED
    if (isBeyond && !this.#hasToldBeyond)
      this.#options.log.warn({ ...faultFields(tooMany()), changes: count }, 'not reviewed')
    this.#hasToldBeyond = isBeyond
  }

  async #attempt(open: Open): Promise<void> {
    const target = this.#options.fleet()
    const { proposal } = open
    if (target === undefined) return
    const commits = open.isBeyond ? proposal.head : `${proposal.head} ${target.commit.oid}`
    if (open.plannedFor === commits && !open.isStale) return
    if (open.isStale) open.basis = undefined
    open.isStale = false
    try {
      const review = await this.#answer(open, target)
      if (review === 'later' || this.#open.get(proposal.name) !== open) return
      if (review) await this.#options.publish(proposal, review, this.#closed.signal)
      open.plannedFor = commits
      open.answered = proposal.head
      if (open.failures < TOLD_AFTER) open.failures = 0
    } catch (error) {
      this.#fail(open, error)
    }
  }

  /** Undefined where what was told before holds. */
  async #answer(open: Open, target: Fleet): Promise<ClusterReview | 'later' | undefined> {
    const { proposal } = open
    if (open.isBeyond) return this.#options.review(proposal, target, tooMany())
    const begun = performance.now()
    try {
      const review = await this.#plan(open, target)
      open.failures = 0
      return review
    } catch (error) {
      const problem = anyFault(error)
      this.#fail(open, error)
      const isTold = open.failures >= TOLD_AFTER && open.answered !== proposal.head
      if (!isTold || this.#closed.signal.aborted) return 'later'
      return this.#options.review(proposal, target, problem)
    } finally {
      open.tookMs = performance.now() - begun
    }
  }

  /** Undefined where the review is the last one, and where the target has the change: what was told is what became of it. */
  async #plan(open: Open, target: Fleet): Promise<ClusterReview | undefined> {
    const { plan, review, isReviewed } = this.#options
    const { proposal, asked, basis } = open
    const late = AbortSignal.timeout(PLAN_WITHIN_MS)
    const signal = AbortSignal.any([this.#closed.signal, late])
    try {
      open.basis = undefined
      const planned = await plan(proposal, target, { asked, basis }, signal)
      open.basis = planned ? planned.basis : basis
      if (planned === undefined) return undefined
      open.touched = new Set(
        planned.touched.flatMap(({ before, after }) => [before, after]).flatMap((each) => each?.id ?? []),
      )
      if (planned.merge === undefined) this.#options.inTarget(proposal)
      return planned.isInTarget && isReviewed(proposal.name) ? undefined : review(proposal, target, planned)
    } catch (error) {
      const problem = late.aborted ? fault('review-timeout', '') : anyFault(error)
      if (this.#closed.signal.aborted || !isOfChange(problem)) throw error
      if (isUnforeseen(problem)) logUnforeseen(this.#options.log)(error, problem)
      return review(proposal, target, problem)
    }
  }

  #fail(open: Open, error: unknown): void {
    if (this.#closed.signal.aborted) return
    const { log } = this.#options
    const { name } = open.proposal
    const problem = anyFault(error)
    if (isUnforeseen(problem)) logUnforeseen(log)(error, problem)
    open.failures += 1
    open.isStale = true
    const delay = retryDelay(open.failures, RETRIES)
    this.#timers.set(name, delay, () => this.#planSoon(name))
    log.warn({ change: name, ...faultFields(problem), retryIn: formatDelay(delay) }, 'not reviewed')
  }
}

function tooMany(): Fault {
  return fault('review-too-many', `more than ${MOST_PLANNED} are open`)
}
