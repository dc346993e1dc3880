import type { Forge, PullRequest } from '../../adapters/forge/forge.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { withMerge } from '../../stages/review/reviewed/sealed-merge.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { aftermath, type Became, heldOf } from './aftermath.ts'
import { isOnItsWay } from './is-on-its-way.ts'
import { type Proposal, proposalOf } from './proposals.ts'
import { documentOf, type Publisher, recordedReview } from './publisher.ts'
import type { ReviewBranch } from './review-branch.ts'

/** Delay between looks at what becomes of merged changes, in milliseconds; news of an installation looks sooner. */
const LOOK_EVERY_MS = 10_000
const LOOK_AFTER_MS = 500
const LOOK = 'look'
const NUMBER = /^\d{1,15}$/
const BEING_APPLIED = { state: 'pending', description: 'merged, and being applied' } as const

export interface EndingsOptions {
  /** Name of the Repository. */
  readonly repository: string
  /** The branch that changes are merged into. */
  readonly target: string
  /** Undefined without a key: then no review lets anything happen. */
  readonly sealer: () => Sealer | undefined
  readonly forge: () => Forge | undefined
  readonly branch: ReviewBranch
  readonly publisher: Publisher
  readonly status: (name: string) => InstallationStatus | undefined
  /** Whether a rollout has yet to bring an installation to the head of the target. */
  readonly isRolling: (name: string) => boolean
  /** Whether the fleet is at a merge, or after it. */
  readonly hasArrived: (merge: string, acted: ClusterReview['acted']) => Promise<boolean>
  /** Whether the history of a commit has another. */
  readonly isAfter: (commit: string, before: string) => Promise<boolean>
  readonly onError: (proposal: string, error: unknown) => void
}

interface Merged {
  readonly proposal: Proposal
  readonly review: ClusterReview
  readonly mergeCommit: string
  /** performance.now() */
  readonly since: number
  /** What the pull request says became of it. */
  told: string | undefined
  /** All is told that is to be told. */
  isTold: boolean
}

/** Tells of changes that are merged or closed what became of them, once. */
export class Endings implements AsyncDisposable {
  readonly #options: EndingsOptions
  readonly #merged = new Map<string, Merged>()
  readonly #timers = new Timers()
  readonly #closed = new AbortController()
  #looking: Promise<void> = Promise.resolve()

  constructor(options: EndingsOptions) {
    this.#options = options
  }

  /** Of a change that is not on a forge, or was not reviewed, there is nothing to tell. */
  async end(name: string, signal: AbortSignal): Promise<void> {
    const { forge, branch, publisher, target } = this.#options
    if (this.#merged.has(name)) return
    const review = recordedReview(branch, name)
    const found = NUMBER.test(name) ? await forge()?.pullRequest(Number(name), signal) : undefined
    if (review === undefined) return this.#forget(name)
    if (found === undefined) return this.#endOfBranch(name, review)
    const proposal = proposalOf(found)
    if (found.state === 'open' || found.target !== target) return this.#forget(name)
    if (found.state === 'closed') {
      await publisher.end(proposal, review, 'Closed without merging.', signal)
      return this.#forget(name)
    }
    const isTold = review.merged?.isTold === true
    if (!isTold) await publisher.end(proposal, review, mergedText(found), signal)
    const { mergeCommit } = found
    if (mergeCommit === undefined) return this.#forget(name)
    // What was merged is what was reviewed only if its newest commit is.
    const sealed = found.head === review.commits.head ? this.#noteMerged(name, review, mergeCommit) : review
    if (!isTold) await publisher.putStatus(mergeCommit, BEING_APPLIED, signal)
    this.#follow(name, { proposal, review: sealed, mergeCommit, isTold })
  }

  /** The target has all commits of a branch that was reviewed, where there is no forge to say so. */
  noteInTarget({ name, head, pullRequest }: Proposal): void {
    const review = recordedReview(this.#options.branch, name)
    const isNews = review !== undefined && review.merged === undefined && review.commits.head === head
    if (isNews && pullRequest === undefined) this.#noteMerged(name, review, head)
  }

  /** An installation has another status. */
  noteNews(): void {
    if (this.#merged.size > 0) this.#lookIn(LOOK_AFTER_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    this.#timers[Symbol.dispose]()
    await this.#looking
  }

  #noteMerged(name: string, review: ClusterReview, commit: string): ClusterReview {
    const { branch, repository, sealer } = this.#options
    const key = sealer()
    if (key === undefined || review.merged?.commit === commit) return review
    const merged = withMerge(review, commit, { sealer: key, repository, change: name })
    if (merged !== review) branch.redocument(name, documentOf(merged))
    return merged
  }

  /** A branch that is gone: its review stays while installations are on their way to what it was merged as. */
  #endOfBranch(name: string, review: ClusterReview): void {
    const { merged, commits } = review
    if (merged === undefined || NUMBER.test(name)) {
      this.#forget(name)
      return
    }
    const proposal = { name, head: commits.head, ref: '', isFork: false }
    this.#follow(name, { proposal, review, mergeCommit: merged.commit, isTold: true })
  }

  #follow(name: string, merged: Omit<Merged, 'since' | 'told'>): void {
    this.#merged.set(name, { ...merged, since: performance.now(), told: undefined })
    this.#lookIn(LOOK_AFTER_MS)
  }

  #lookIn(ms: number): void {
    if (ms < LOOK_EVERY_MS) this.#timers.cancel(LOOK)
    this.#timers.setOnce(LOOK, ms, () => {
      this.#looking = this.#look()
    })
  }

  async #look(): Promise<void> {
    for (const [name, merged] of this.#merged) {
      if (this.#closed.signal.aborted) return
      await this.#lookAt(name, merged).catch((error: unknown) => this.#options.onError(name, error))
    }
    if (this.#merged.size > 0) this.#lookIn(LOOK_EVERY_MS)
  }

  async #lookAt(name: string, merged: Merged): Promise<void> {
    const { status, isAfter, isRolling } = this.#options
    const { review, mergeCommit, since } = merged
    const hasArrived = (commit: string) => this.#options.hasArrived(commit, review.acted)
    const elapsedMs = performance.now() - since
    const arrived = await hasArrived(mergeCommit)
    if (!merged.isTold) {
      const input = { acted: review.acted, hasArrived: arrived, status, isRolling, elapsedMs }
      const became = aftermath(input)
      await this.#tell(merged, became ?? heldOf(input))
      merged.isTold = became !== undefined
      if (merged.isTold && review.merged) this.#noteTold(name, review)
    }
    if (!merged.isTold || (await isOnItsWay(review, { hasArrived, isAfter, status, isRolling, elapsedMs })))
      return
    this.#merged.delete(name)
    this.#forget(name)
  }

  async #tell(merged: Merged, became: Became | undefined): Promise<void> {
    const { proposal, review, mergeCommit, told } = merged
    const { pullRequest } = proposal
    if (became === undefined || became.text === told || pullRequest === undefined) return
    const { publisher } = this.#options
    const outcome = `${mergedText(pullRequest)} Then: ${became.text}.`
    await publisher.end(proposal, review, outcome, this.#closed.signal)
    const state = became.isWell ? 'success' : 'failure'
    await publisher.putStatus(mergeCommit, { state, description: became.text }, this.#closed.signal)
    merged.told = became.text
  }

  #noteTold(name: string, review: ClusterReview): void {
    const { merged } = review
    if (merged)
      this.#options.branch.redocument(name, documentOf({ ...review, merged: { ...merged, isTold: true } }))
  }

  #forget(name: string): void {
    this.#options.branch.put(name, undefined)
    this.#options.publisher.forget(name)
  }
}

function mergedText({ mergeCommit = '' }: PullRequest): string {
  return mergeCommit === '' ? 'Merged.' : `Merged as ${mergeCommit.slice(0, 12)}.`
}
