import { anyFault } from '../adapters/cluster/any-fault.ts'
import type { Controller } from '../control/controller/controller.ts'
import type { FleetDeclarer } from '../control/fleet/fleet-declarer.ts'
import type { RepositoryParts } from '../control/fleet/repository-parts.ts'
import { formatDelay, formatDuration } from '../model/duration.ts'
import { fault, isUnforeseen } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import type { ClusterView } from '../stages/live/cluster-view.ts'
import { KindWaiter } from '../stages/live/kind-waiter.ts'
import { type Polling, startPolling } from '../stages/poll/polling.ts'
import { within } from '../support/concurrency/within.ts'
import { faultFields, type Log, logUnforeseen } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'
import { ExpectedNews } from './expected-news.ts'
import { HeadGuard } from './head-guard.ts'
import type { HeldLease } from './held-lease.ts'
import type { Part } from './part.ts'
import type { Report } from './report.ts'
import type { Requests } from './requests.ts'
import { tellRewrittenHistory } from './rewritten-history.ts'
import { SpareMemory } from './spare-memory.ts'
import { Stall } from './stall.ts'

export interface FollowerOptions {
  readonly settings: Settings
  readonly git: RepositoryParts
  readonly live: ClusterView
  readonly report: Report
  readonly declarer: FleetDeclarer
  readonly controller: Controller
  readonly lease: Pick<HeldLease, 'isLost' | 'onFollowed'>
  readonly requests: Requests
  readonly log: Log
  readonly metrics: Metrics
}

/** Maximum wait at shutdown for a request to the remote, in milliseconds. */
const POLL_GRACE_MS = 5_000

/** A commit, and when it arrived (performance.now()). */
interface Arrival {
  readonly commit: string
  readonly at: number
}

/** Follows the branch: asks the remote for its head, and moves the fleet to each new one. */
export class Follower implements Part {
  /** Ends when the head that the remote names is in the local clone. */
  readonly #stall = new Stall()
  readonly #options: FollowerOptions
  readonly #guard: HeadGuard
  readonly #memory = new SpareMemory()
  readonly #kindWaiter: KindWaiter
  readonly #news = new ExpectedNews(() => this.pollNow())
  #endRequests = () => {}
  #polling: Polling | undefined
  #hasBranch = true
  /** The commit that was last reported as not in sync. */
  #behind: Arrival | undefined
  /** Why the fleet could not be moved to the latest commit. */
  #stuck: string | undefined
  #looking = false
  /** The newest commit that arrived, whether or not the fleet could be moved to it. */
  #arrived: string | undefined

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#guard = new HeadGuard(options)
    const { live, controller, log } = options
    this.#kindWaiter = new KindWaiter(
      live.client,
      () => controller.refreshKinds(),
      (error) => logUnforeseen(log)(error, anyFault(error)),
    )
  }

  /** Why the fleet is not at any commit yet, or not at the branch's head; undefined if it is. */
  get notReady(): string | undefined {
    const isAnywhere = this.#options.controller.commit !== undefined
    const { refused } = this.#guard
    const notApplied =
      refused && `stuck before commit ${refused.commit.slice(0, 7)}: ${refused.fault.message}`
    return notApplied ?? this.#stuck ?? this.#stall.notReady ?? (isAnywhere ? undefined : 'no commit yet')
  }

  /** Why a restart may help: the remote could not be followed for long. Undefined if it could. */
  get notHealthy(): string | undefined {
    return this.#stall.notHealthy(this.#options.settings.gitTimeoutMs ?? 0)
  }

  start(): void {
    const { metrics, settings, controller, lease, requests } = this.#options
    metrics.onStall(() => this.#stall.ms)
    const { poll } = settings
    controller.onRound(() => {
      this.#memory.note()
      void this.#sayWhenCaughtUp()
    })
    controller.onWaiting((isWaiting) => this.#kindWaiter.set(isWaiting))
    lease.onFollowed(() => new Date(Date.now() - this.#stall.ms))
    this.#endRequests = requests.onRequest(({ kind }) => {
      if (kind === 'collect') this.pollNow()
      if (kind !== 'poll') return
      this.#news.expect()
      this.pollNow()
    })
    this.#polling = startPolling({
      rhythm: 'schedule' in poll ? poll : { interval: poll.intervalMs },
      ask: (signal) => this.#ask(signal),
      onHead: (head) => this.#onHead(head),
      onError: (error, retryInMs) => this.#onError(error, retryInMs),
    })
  }

  pollNow(): void {
    this.#polling?.pollNow()
  }

  /** A hanging request ends with the connection; it is not awaited if another Reeve has taken over. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#endRequests()
    this.#news[Symbol.dispose]()
    this.#kindWaiter.set(false)
    this.#memory[Symbol.dispose]()
    const stopped = this.#polling?.[Symbol.asyncDispose]() ?? Promise.resolve()
    if (!this.#options.lease.isLost) await within(POLL_GRACE_MS, stopped)
    this.#stall.end()
  }

  /** The head, if it is not the fleet's. A deleted branch leaves the fleet where it is. */
  async #ask(signal: AbortSignal): Promise<string | undefined> {
    const { settings, git, declarer, controller, metrics, log } = this.#options
    this.#stall.begin()
    const head = await git.repository.headOf(settings.branch, { signal })
    if (head === undefined) {
      this.#stall.end()
      if (this.#hasBranch)
        log.warn(faultFields(fault('git-no-branch', settings.branch)), 'the branch is gone')
      this.#hasBranch = false
      await this.#fallBack()
      return undefined
    }
    this.#hasBranch = true
    const isApplied = head === controller.commit
    if (isApplied) this.#guard.noteApplied(head)
    const isNew = !isApplied && !(await this.#guard.isRefused(head, controller.commit))
    if (!isNew) this.#stall.end()
    metrics.polled(isNew ? 'changed' : 'unchanged')
    this.#news.noteAnswer(isNew)
    if (!isNew) this.#stuck = undefined
    const applied = isNew ? undefined : controller.commit
    if (!isNew) await controller.lookForReviews(signal)
    if (applied !== undefined && (await declarer.hasNewKeys())) await this.#decryptAgain(applied)
    return isNew ? head : undefined
  }

  async #onHead(head: string): Promise<void> {
    const { git, controller, settings, log } = this.#options
    const at = performance.now()
    const before = controller.commit ?? (await git.repository.localHead(settings.branch))
    const commit = await git.repository.fetch(settings.branch, { head })
    this.#stall.end()
    log.info({ commit, before, asked: head }, 'new commit')
    if (commit !== head) this.pollNow() // only the remote can tell which of the two is newer
    if (commit !== this.#arrived) await tellRewrittenHistory(before, commit, this.#options)
    this.#arrived = commit
    const chosen = await this.#guard.choose(commit, controller.commit)
    if (chosen === undefined || chosen === controller.commit) return
    await this.#moveTo(chosen)
    void this.#sayWhenDone({ commit: chosen, at })
  }

  /** A failure makes the process not ready, unless the API server is away: it comes back by itself. */
  async #moveTo(commit: string): Promise<void> {
    try {
      await this.#options.declarer.moveTo(commit)
      this.#stuck = undefined
    } catch (error) {
      const problem = anyFault(error)
      if (problem.code !== 'unavailable')
        this.#stuck = `stuck before commit ${commit.slice(0, 7)}: ${problem.message}`
      if (isUnforeseen(problem)) logUnforeseen(this.#options.log)(error, problem)
      throw error
    }
  }

  /** Retries failed decryption with new keys. */
  async #decryptAgain(commit: string): Promise<void> {
    const { declarer, log } = this.#options
    const at = performance.now()
    log.info({ commit }, 'decrypting again: there are new keys')
    await declarer.moveTo(commit)
    void this.#sayWhenDone({ commit, at })
  }

  /** Logs whether the commit is in sync, unless the next one comes first. */
  async #sayWhenDone(arrival: Arrival): Promise<void> {
    const { controller, declarer } = this.#options
    this.#behind = undefined
    const undone = (await controller.settled()) + declarer.late
    if (controller.commit !== arrival.commit) return
    if (undone === 0) return this.#sayInSync(arrival)
    this.#behind = arrival
    this.#options.log.warn({ ...this.#fieldsOf(arrival), undone }, 'not in sync')
  }

  /** Logs when the commit that was not in sync comes into sync. */
  async #sayWhenCaughtUp(): Promise<void> {
    const behind = this.#behind
    if (behind === undefined || this.#looking) return
    this.#looking = true
    const { controller, declarer } = this.#options
    const undone = (await controller.settled()) + declarer.late
    this.#looking = false
    if (undone > 0 || controller.commit !== behind.commit || behind !== this.#behind) return
    this.#behind = undefined
    this.#sayInSync(behind)
  }

  #sayInSync(arrival: Arrival): void {
    this.#options.log.info(this.#fieldsOf(arrival), 'in sync')
  }

  #fieldsOf({ commit, at }: Arrival) {
    const members = [...this.#options.controller.declared.members.values()]
    const objects = members.reduce((sum, member) => sum + member.objects.size, 0)
    const took = formatDuration(performance.now() - at)
    return { commit, installations: members.length, objects, took }
  }

  async #onError(error: unknown, retryInMs: number): Promise<void> {
    const { log, metrics } = this.#options
    metrics.polled('error')
    const problem = anyFault(error)
    this.#stall.fail(problem.message)
    log.warn({ ...faultFields(problem), retryIn: formatDelay(retryInMs) }, 'could not follow the branch')
    await this.#fallBack()
  }

  /** If the remote does not answer at the start, uses the commit that was fetched last. */
  async #fallBack(): Promise<void> {
    const { git, declarer, controller, settings, log } = this.#options
    if (controller.commit !== undefined) return
    try {
      const commit = await git.repository.localHead(settings.branch)
      const chosen = commit && (await this.#guard.choose(commit, undefined))
      if (chosen === undefined) return
      log.warn({ commit: chosen }, 'continuing with the last fetched commit')
      await declarer.moveTo(chosen)
    } catch (error) {
      log.warn(faultFields(anyFault(error)), 'the last fetched commit cannot be used')
    }
  }
}
