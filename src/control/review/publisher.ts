import type { CommitStatus, Forge } from '../../adapters/forge/forge.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import type { CommentContext, SilentCluster } from '../../stages/review/comment/comment-context.ts'
import { fullText } from '../../stages/review/comment/full-text.ts'
import { reviewComment } from '../../stages/review/comment/review-comment.ts'
import { readReview } from '../../stages/review/read-review.ts'
import { reviewDocument } from '../../stages/review/review-document.ts'
import type { Proposal } from './proposals.ts'
import type { ReviewBranch } from './review-branch.ts'

export interface PublisherOptions {
  /** Absent where there is none, or where another cluster's Reeve writes to it. */
  readonly forge?: Forge | undefined
  readonly branch: ReviewBranch
  /** Name of the Repository: each has a comment and a status of its own. */
  readonly name: string
  /** Reviews of other clusters, and the clusters that are silent. */
  readonly others: (proposal: string, head: string) => Others
}

export interface Others {
  readonly reviews: readonly ClusterReview[]
  readonly silent: readonly SilentCluster[]
}

/** Shows reviews: in the review branch, as the one comment and as the one status of a pull request. */
export class Publisher {
  readonly #options: PublisherOptions
  /** Keys of the comments that are there, by name of the proposal. */
  readonly #keys = new Map<string, string>()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Writes nothing that says what is there already. */
  async publish(proposal: Proposal, review: ClusterReview, signal: AbortSignal): Promise<void> {
    const { branch, name, others } = this.#options
    const context = { marker: markerOf(name), silent: [] }
    branch.put(proposal.name, {
      document: reviewDocument(review),
      text: fullText([review], context),
    })
    await this.tell(proposal, [review, ...others(proposal.name, proposal.head).reviews], {}, signal)
  }

  /** @param more what becomes of the change */
  async tell(
    { name: proposal, head, pullRequest }: Proposal,
    reviews: readonly ClusterReview[],
    more: Pick<CommentContext, 'outcome'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { forge, name, others } = this.#options
    if (forge === undefined || pullRequest === undefined) return
    const { silent } = others(proposal, head)
    const marker = markerOf(name)
    const comment = reviewComment(reviews, { marker, silent, ...more })
    await this.#comment(forge, pullRequest.number, { marker, ...comment }, signal)
    if (more.outcome === undefined) await forge.putStatus(head, statusOf(name, comment), signal)
  }

  /** Drops what is remembered of a proposal. */
  forget(name: string): void {
    this.#keys.delete(name)
  }

  async #comment(
    forge: Forge,
    number: number,
    { marker, key, body }: { readonly marker: string; readonly key: string; readonly body: string },
    signal: AbortSignal,
  ): Promise<void> {
    const name = String(number)
    const known = this.#keys.get(name) ?? keyIn(await forge.comment(number, marker, signal))
    if (known !== key) await forge.putComment(number, { marker, body: `${body}\n${keyMark(key)}\n` }, signal)
    this.#keys.set(name, key)
  }
}

/** The review of this cluster as an earlier process recorded it. */
export function recordedReview(branch: ReviewBranch, name: string): ClusterReview | undefined {
  const document = branch.document(name)
  return document === undefined ? undefined : readReview(document)
}

function markerOf(name: string): string {
  return `<!-- reeve:review ${encodeURIComponent(name)} -->`
}

function keyMark(key: string): string {
  return `<!-- reeve:key ${key} -->`
}

function keyIn(body: string | undefined): string | undefined {
  return /<!-- reeve:key ([\w-]+) -->/.exec(body ?? '')?.[1]
}

function statusOf(
  name: string,
  { state, description }: { readonly state: CommitStatus['state']; readonly description: string },
): CommitStatus {
  return { context: name === 'default' ? 'reeve' : `reeve/${name}`, state, description }
}
