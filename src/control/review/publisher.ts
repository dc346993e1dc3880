import type { CommitStatus, Forge } from '../../adapters/forge/forge.ts'
import { dumpYaml } from '../../stages/plan/describe/dump-yaml.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { annotationsOf } from '../../stages/review/comment/annotations.ts'
import type { CommentContext } from '../../stages/review/comment/comment-context.ts'
import { fullText } from '../../stages/review/comment/full-text.ts'
import { keyIn, markedBody, markerOf } from '../../stages/review/comment/marks.ts'
import { keyOf, type ReviewComment, reviewComment } from '../../stages/review/comment/review-comment.ts'
import { reviewDocument } from '../../stages/review/document/review-document.ts'
import { reviewPath } from '../../stages/review/review-path.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { REVIEW_BRANCHES, reviewIn } from '../reviewed/read-reviews.ts'
import type { Others } from './other-clusters.ts'
import type { Proposal } from './proposals.ts'
import type { ReviewBranch } from './review-branch.ts'
import { hasRoom, type ReviewFiles, withoutPlan } from './review-room.ts'

/** How long the plans of other clusters are waited for before the comment is written, in milliseconds. */
const GRACE_MS = 20_000

export interface PublisherOptions {
  /** Absent where there is none, or where another cluster's Reeve writes to it. */
  readonly forge: () => Forge | undefined
  readonly branch: ReviewBranch
  /** Name of the Repository: each has a comment and a status of its own. */
  readonly name: string
  readonly others: (proposal: string, head: string) => Others
  readonly onError: (proposal: string, error: unknown) => void
}

/** What was planned of a proposal here. */
interface Planned {
  readonly proposal: Proposal
  readonly review: ClusterReview
  /** When its newest commit was first planned (performance.now()). */
  readonly since: number
}

/** Shows reviews: in the review branch, as the one comment and as the one status of a pull request. */
export class Publisher implements Disposable {
  readonly #options: PublisherOptions
  /** By name of the proposal. */
  readonly #planned = new Map<string, Planned>()
  /** Keys of the comments that are there, by name of the proposal. */
  readonly #keys = new Map<string, string>()
  /** Keys of the reviews that the branch has, by name of the proposal. */
  readonly #recorded = new Map<string, string>()
  /** Keys of what the forge was last told in full, by name of the proposal. */
  readonly #shown = new Map<string, string>()
  readonly #timers = new Timers()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Writes nothing that says what is there already. */
  async publish(proposal: Proposal, planned: ClusterReview, signal: AbortSignal): Promise<void> {
    const { name, head } = proposal
    const review = proposal.isQueued ? planned : this.#record(name, planned)
    const before = this.#planned.get(name)
    const since = before?.proposal.head === head ? before.since : performance.now()
    this.#planned.set(name, { proposal, review, since })
    await this.#show(name, signal)
  }

  /** Shows again what other clusters may have added to. */
  async retell(signal: AbortSignal): Promise<void> {
    for (const name of this.#planned.keys()) await this.#show(name, signal)
  }

  /** Says in the comment what became of a change, after its plan. */
  async end(
    { name, head, pullRequest }: Proposal,
    review: ClusterReview,
    outcome: string,
    signal: AbortSignal,
  ): Promise<void> {
    const forge = this.#options.forge()
    if (forge === undefined || pullRequest === undefined) return
    this.#planned.delete(name)
    this.#recorded.delete(name)
    this.#shown.delete(name)
    const { reviews } = this.#options.others(name, head)
    await this.#comment(
      forge,
      name,
      pullRequest.number,
      [review, ...reviews],
      { outcome, silent: [] },
      signal,
    )
  }

  /** Says at a commit of the target what becomes of it. */
  async putStatus(
    commit: string,
    status: Pick<CommitStatus, 'state' | 'description'>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#options.forge()?.putStatus(commit, { ...status, context: this.#context }, signal)
  }

  /** Drops what is remembered of a proposal. */
  forget(name: string): void {
    for (const known of [this.#keys, this.#planned, this.#recorded, this.#shown]) known.delete(name)
    this.#timers.cancel(name)
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]()
  }

  /** Writes a review to the branch unless it says the same as there; one that does not fit, without its plan. */
  #record(name: string, planned: ClusterReview): ClusterReview {
    const { branch } = this.#options
    const recorded = this.#recordedKey(name)
    const wanted = keyOf([planned], { silent: [] })
    if (recorded === wanted) return planned
    const files = this.#filesOf(planned)
    const fits = hasRoom(files, branch.sizeBeside(name))
    const review = fits ? planned : withoutPlan(planned)
    const key = fits ? wanted : keyOf([review], { silent: [] })
    if (key !== recorded) branch.put(name, fits ? files : this.#filesOf(review))
    this.#recorded.set(name, key)
    return review
  }

  #filesOf(review: ClusterReview): ReviewFiles {
    const text = fullText([review], { marker: markerOf(this.#options.name), silent: [] })
    return { document: documentOf(review), text }
  }

  async #show(name: string, signal: AbortSignal): Promise<void> {
    const forge = this.#options.forge()
    const planned = this.#planned.get(name)
    if (forge === undefined || planned === undefined) return
    const { proposal, review, since } = planned
    const { pullRequest, head, isQueued } = proposal
    const { reviews, silent } = this.#options.others(name, head)
    const waitMs = since + GRACE_MS - performance.now()
    if (silent.length > 0 && waitMs > 0) return this.#showIn(waitMs, name, signal)
    const all = [review, ...reviews]
    const key = keyOf(all, { silent })
    if (this.#shown.get(name) === key) return
    const pageOf = (cluster: string) =>
      forge.filePage(`${REVIEW_BRANCHES}${cluster}`, `${reviewPath(name)}.md`)
    const about = { silent, ...(!isQueued && { fullText: pageOf }) }
    const comment = pullRequest && (await this.#comment(forge, name, pullRequest.number, all, about, signal))
    if (comment === undefined && !isQueued) return
    const { state, description } = comment ?? this.#render(all, about)
    const url = isQueued ? undefined : pageOf(review.cluster)
    await forge.putStatus(head, { context: this.#context, state, description, url }, signal)
    if (pullRequest) await forge.putAnnotations(head, annotationsOf(all), signal)
    this.#shown.set(name, key)
  }

  /** After a restart, that of the document that an earlier process left. */
  #recordedKey(name: string): string | undefined {
    const known = this.#recorded.get(name)
    if (known !== undefined) return known
    const review = recordedReview(this.#options.branch, name)
    return review && keyOf([review], { silent: [] })
  }

  #showIn(ms: number, name: string, signal: AbortSignal): void {
    this.#timers.setOnce(name, ms, () => {
      this.#show(name, signal).catch((error: unknown) => this.#options.onError(name, error))
    })
  }

  async #comment(
    forge: Forge,
    name: string,
    number: number,
    reviews: readonly ClusterReview[],
    context: Omit<CommentContext, 'marker'>,
    signal: AbortSignal,
  ): Promise<ReviewComment> {
    const marker = markerOf(this.#options.name)
    const rendered = this.#render(reviews, context)
    const { key } = rendered
    const known = this.#keys.get(name) ?? keyIn(await forge.comment(number, marker, signal))
    if (known !== key) await forge.putComment(number, { marker, body: markedBody(rendered) }, signal)
    this.#keys.set(name, key)
    return rendered
  }

  #render(reviews: readonly ClusterReview[], context: Omit<CommentContext, 'marker'>): ReviewComment {
    return reviewComment(reviews, { ...context, marker: markerOf(this.#options.name) })
  }

  get #context(): string {
    const { name } = this.#options
    return name === 'default' ? 'reeve' : `reeve/${name}`
  }
}

/** The document of a review. */
export function documentOf(review: ClusterReview): string {
  return dumpYaml(reviewDocument(review))
}

/** The review of this cluster as it is recorded. */
export function recordedReview(branch: ReviewBranch, name: string): ClusterReview | undefined {
  const document = branch.document(name)
  return document === undefined ? undefined : reviewIn(document)
}
