import type { Repository } from '../../adapters/git/repository.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { REVIEW_BRANCHES, readReviews } from './read-reviews.ts'

/** The reviews on a cluster's branch, by name of the change; parsed again only where the branch has moved. */
export class BranchReviews {
  readonly #repository: Pick<Repository, 'outbox'>
  readonly #cluster: string
  #known: { readonly head: string; readonly reviews: ReadonlyMap<string, ClusterReview> } | undefined

  constructor(repository: Pick<Repository, 'outbox'>, cluster: string) {
    this.#repository = repository
    this.#cluster = cluster
  }

  /** @throws FaultError if the remote does not answer */
  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, ClusterReview>> {
    const { outbox } = this.#repository
    const head = await outbox.fetch(`${REVIEW_BRANCHES}${this.#cluster}`, { ...(signal && { signal }) })
    if (head === undefined) this.#known = undefined
    else if (this.#known?.head !== head)
      this.#known = { head, reviews: await readReviews(outbox, head, this.#cluster) }
    return this.#known?.reviews ?? new Map()
  }
}
