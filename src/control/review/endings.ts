import type { Forge, PullRequest } from '../../adapters/forge/forge.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { aftermath } from './aftermath.ts'
import { type Proposal, proposalOf } from './proposals.ts'
import { type Publisher, recordedReview } from './publisher.ts'
import type { ReviewBranch } from './review-branch.ts'

/** Delay between looks at what becomes of merged changes, in milliseconds; news of an installation looks sooner. */
const LOOK_EVERY_MS = 10_000
const LOOK_AFTER_MS = 500
const LOOK = 'look'
const NUMBER = /^\d{1,15}$/

export interface EndingsOptions {
  readonly forge: () => Forge | undefined
  readonly branch: ReviewBranch
  readonly publisher: Publisher
  readonly status: (name: string) => InstallationStatus | undefined
  /** Whether the fleet is at a commit, or after it. */
  readonly hasArrived: (commit: string) => Promise<boolean>
  readonly onError: (proposal: string, error: unknown) => void
}

interface Merged {
  readonly proposal: Proposal
  readonly review: ClusterReview
  readonly mergeCommit: string
  /** performance.now() */
  readonly since: number
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
    const { forge, branch, publisher } = this.#options
    if (this.#merged.has(name)) return
    const review = recordedReview(branch, name)
    const found = NUMBER.test(name) ? await forge()?.pullRequest(Number(name), signal) : undefined
    if (found === undefined || review === undefined || found.state === 'open') return this.#forget(name)
    const proposal = proposalOf(found)
    if (found.state === 'closed') {
      await publisher.end(proposal, review, 'Closed without merging.', signal)
      return this.#forget(name)
    }
    await publisher.end(proposal, review, mergedText(found), signal)
    const { mergeCommit } = found
    if (mergeCommit === undefined) return this.#forget(name)
    this.#merged.set(name, { proposal, review, mergeCommit, since: performance.now() })
    this.#lookIn(LOOK_AFTER_MS)
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

  async #lookAt(name: string, { proposal, review, mergeCommit, since }: Merged): Promise<void> {
    const { status, hasArrived, publisher } = this.#options
    const elapsedMs = performance.now() - since
    const became = aftermath({
      acted: review.acted,
      hasArrived: await hasArrived(mergeCommit),
      status,
      elapsedMs,
    })
    const { pullRequest } = proposal
    if (became === undefined || pullRequest === undefined) return
    const outcome = `${mergedText(pullRequest)} Then: ${became}.`
    await publisher.end(proposal, review, outcome, this.#closed.signal)
    this.#merged.delete(name)
    this.#forget(name)
  }

  #forget(name: string): void {
    this.#options.branch.put(name, undefined)
    this.#options.publisher.forget(name)
  }
}

function mergedText({ mergeCommit = '' }: PullRequest): string {
  return mergeCommit === '' ? 'Merged.' : `Merged as ${mergeCommit.slice(0, 12)}.`
}
