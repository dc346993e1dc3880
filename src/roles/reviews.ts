import { anyFault } from '../adapters/cluster/any-fault.ts'
import type { Forge } from '../adapters/forge/forge.ts'
import type { FleetDeclarer } from '../control/fleet/fleet-declarer.ts'
import type { RepositoryParts } from '../control/fleet/repository-parts.ts'
import { Endings } from '../control/review/endings.ts'
import { hasArrived } from '../control/review/has-arrived.ts'
import { OtherClusters } from '../control/review/other-clusters.ts'
import { branchProposals, forgeProposals, type Proposals, proposalOf } from '../control/review/proposals.ts'
import { Publisher } from '../control/review/publisher.ts'
import { ReviewBranch } from '../control/review/review-branch.ts'
import { reviewOf } from '../control/review/review-of.ts'
import type { ReviewPlanner } from '../control/review/review-planner.ts'
import { Reviewer } from '../control/review/reviewer.ts'
import { REVIEW_BRANCHES } from '../control/reviewed/read-reviews.ts'
import type { SealKey } from '../control/seal/seal-key.ts'
import { formatDelay } from '../model/duration.ts'
import { fault } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import { requestName, type WorkRequest } from '../model/work-request.ts'
import { type Polling, startPolling } from '../stages/poll/polling.ts'
import { faultFields, type Log } from '../support/telemetry/log.ts'
import { isRolling } from './is-rolling.ts'
import type { Part } from './part.ts'
import type { Parts } from './parts.ts'
import type { Requests } from './requests.ts'
import type { ReviewTarget } from './review-target.ts'

export interface ReviewsOptions {
  readonly settings: Settings
  readonly git: RepositoryParts
  readonly live: Parts['live']
  readonly seal: SealKey
  readonly report: Parts['report']
  readonly declarer: FleetDeclarer
  readonly planner: ReviewPlanner
  /** Opens the forge, which may be away; undefined where there is none. */
  readonly openForge: () => Promise<Forge | undefined>
  /** Undefined where the process syncs: then the fleet is at the target's head already. */
  readonly target: ReviewTarget | undefined
  readonly requests: Requests
  readonly log: Log
}

/** Reviews of all changes that are proposed: asks for them at the rhythm of polling, plans them, and shows the plans. */
export class Reviews implements Part {
  readonly #options: ReviewsOptions
  readonly #branch: ReviewBranch
  readonly #reviewer: Reviewer
  readonly #endings: Endings
  readonly #publisher: Publisher
  readonly #others: OtherClusters
  readonly #closed = new AbortController()
  #forge: Forge | undefined
  #isLoaded = false
  #hasWarned = false
  readonly #resources = new AsyncDisposableStack()
  #polling: Polling | undefined

  constructor(options: ReviewsOptions) {
    const { settings, git, report, declarer, planner, seal, log } = options
    const { repository } = git
    this.#options = options
    this.#branch = new ReviewBranch({
      repository,
      branch: reviewBranch(settings),
      cluster: settings.cluster,
      log,
    })
    const branch = this.#branch
    this.#others = new OtherClusters({ repository, cluster: settings.cluster })
    const publisher = new Publisher({
      forge: () => (this.#isLead ? this.#forge : undefined),
      branch,
      name: settings.name,
      others: (proposal, commit) => this.#others.about(proposal, commit),
      onError: (change, error) => this.#warn(change, error),
    })
    this.#publisher = publisher
    this.#endings = new Endings({
      repository: settings.name,
      target: settings.branch,
      sealer: () => seal.sealer,
      forge: () => this.#forge,
      branch,
      publisher,
      status: (name) => report.statuses.get(name),
      isRolling: (name) => isRolling(name, report),
      hasArrived: (merge, acted) =>
        hasArrived(merge, acted, {
          head: report.statuses.head,
          status: (name) => report.statuses.get(name),
          isAncestor: (commit, ancestor) => git.ancestry.has(commit, ancestor),
        }),
      isAfter: (commit, before) => git.ancestry.has(commit, before),
      onError: (change, error) => this.#warn(change, error),
    })
    this.#reviewer = new Reviewer({
      fleet: () => declarer.fleet,
      plan: (proposal, target, known, signal) => planner.plan(proposal, target, known, signal),
      review: (proposal, target, plan) =>
        reviewOf({
          repository: settings.name,
          cluster: settings.cluster,
          change: proposal.name,
          head: proposal.head,
          target,
          plan,
          sealer: seal.sealer,
        }),
      isReviewed: (name) => branch.document(name) !== undefined,
      publish: (proposal, review, signal) => publisher.publish(proposal, review, signal),
      inTarget: (proposal) => this.#endings.noteInTarget(proposal),
      end: (name, signal) => this.#endings.end(name, signal),
      log,
    })
  }

  start(): void {
    const { settings, live, report, declarer, requests } = this.#options
    const { poll } = settings
    for (const resource of [this.#branch, this.#endings, this.#reviewer]) this.#resources.use(resource)
    this.#resources.use(this.#publisher)
    this.#resources.defer(live.cache.onChange((change) => this.#reviewer.noteLive(change)))
    this.#resources.defer(report.statuses.onTransition(() => this.#endings.noteNews()))
    declarer.onFleet(() => {
      this.#reviewer.noteTarget()
      if (this.#branch.names().length > 0) this.#polling?.pollNow() // one of these changes may be merged
    })
    this.#resources.defer(
      requests.onRequest((request) => {
        this.#lookAt(request).catch((error: unknown) => this.#warn(requestName(request), error))
      }),
    )
    this.#polling = startPolling({
      rhythm: 'schedule' in poll ? poll : { interval: poll.intervalMs },
      ask: (signal) => this.#look(signal),
      onHead: () => {},
      onError: (error, retryInMs) =>
        this.#options.log.warn(
          { ...faultFields(anyFault(error)), retryIn: formatDelay(retryInMs) },
          'open changes cannot be listed',
        ),
    })
  }

  /** Looks at all open changes; at first, opens the forge and reads what an earlier process left. */
  async #look(signal: AbortSignal): Promise<undefined> {
    const { target, openForge } = this.#options
    this.#forge ??= await openForge()
    if (!this.#isLoaded) await this.#branch.load()
    this.#isLoaded = true
    await target?.follow(signal)
    const [open, hasNews] = await Promise.all([this.#proposals.open(signal), this.#others.collect(signal)])
    this.#reviewer.take(open)
    const names = new Set(open.map(({ name }) => name))
    for (const name of this.#branch.names()) if (!names.has(name)) this.#reviewer.end(name)
    if (hasNews) await this.#publisher.retell(signal)
    return undefined
  }

  /** Looks at once at what a webhook tells of: one pull request, or all of them. */
  async #lookAt(request: WorkRequest): Promise<void> {
    const { settings, target } = this.#options
    if (request.kind === 'poll' && target === undefined) return // the part that follows the branch moves the fleet
    const number = request.kind === 'review' ? request.number : undefined
    const found =
      number === undefined ? undefined : await this.#forge?.pullRequest(number, this.#closed.signal)
    const isReviewed = !found?.isFork || settings.review?.forks === true
    const isHere = found?.state === 'open' && found.target === settings.branch
    if (found && isHere && isReviewed) this.#reviewer.takeOne(proposalOf(found))
    else this.#polling?.pollNow()
  }

  get #proposals(): Proposals {
    const { settings, git } = this.#options
    const { branch, review = { forks: false } } = settings
    const { repository } = git
    return this.#forge
      ? forgeProposals(this.#forge, repository, { branch, forks: review.forks })
      : branchProposals(repository, { branch, prefix: review.branches ?? '' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await this.#polling?.[Symbol.asyncDispose]()
    await this.#resources.disposeAsync()
    await this.#forge?.[Symbol.asyncDispose]()
  }

  /** Whether this cluster's Reeve writes to the forge: the one that is named, or the only one there is. */
  get #isLead(): boolean {
    const { settings, log } = this.#options
    const lead = settings.review?.lead
    if (lead !== undefined) return lead === settings.cluster
    const { clusters } = this.#others
    if (clusters.length === 0) return true
    if (!this.#hasWarned) log.warn(faultFields(fault('no-review-lead', clusters.join(', '))), 'not reviewed')
    this.#hasWarned = true
    return false
  }

  #warn(change: string, error: unknown): void {
    this.#options.log.warn({ change, ...faultFields(anyFault(error)) }, 'not reviewed')
  }
}

/** The branch of a cluster's reviews. */
export function reviewBranch({ cluster }: Pick<Settings, 'cluster'>): string {
  return `${REVIEW_BRANCHES}${cluster}`
}
