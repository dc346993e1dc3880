import type { Repository } from '../../adapters/git/repository.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import type { SilentCluster } from '../../stages/review/comment/comment-context.ts'
import { BranchReviews } from '../reviewed/branch-reviews.ts'
import { REVIEW_BRANCHES } from '../reviewed/read-reviews.ts'

export interface OtherClustersOptions {
  readonly repository: Pick<Repository, 'lsRefs' | 'outbox'>
  /** This cluster, which is none of them. */
  readonly cluster: string
}

/** What other clusters say of a proposal. */
export interface Others {
  readonly reviews: readonly ClusterReview[]
  /** Clusters that have not planned its newest commit. */
  readonly silent: readonly SilentCluster[]
}

interface Known {
  readonly head: string
  /** By name of the proposal. */
  readonly reviews: ReadonlyMap<string, ClusterReview>
}

/** The reviews that Reeves in other clusters left in their branches. */
export class OtherClusters {
  readonly #options: OtherClustersOptions
  /** By cluster. */
  #known: ReadonlyMap<string, Known> = new Map()

  constructor(options: OtherClustersOptions) {
    this.#options = options
  }

  /** Names of the other clusters that have a branch. */
  get clusters(): readonly string[] {
    return [...this.#known.keys()]
  }

  /** Reads the branches that moved; one request where none did. @returns whether any did */
  async collect(signal: AbortSignal): Promise<boolean> {
    const { repository, cluster } = this.#options
    const prefix = `refs/heads/${REVIEW_BRANCHES}`
    const refs = await repository.lsRefs(prefix, { signal })
    const known = new Map<string, Known>()
    let hasMoved = refs.size - 1 !== this.#known.size
    for (const [ref, head] of refs) {
      const name = ref.slice(prefix.length)
      if (name === cluster) continue
      const before = this.#known.get(name)
      if (before?.head === head) known.set(name, before)
      else {
        hasMoved = true
        known.set(name, { head, reviews: await new BranchReviews(repository, name).read(signal) })
      }
    }
    this.#known = known
    return hasMoved
  }

  /** @param head full id of the proposal's newest commit */
  about(proposal: string, head: string): Others {
    const reviews: ClusterReview[] = []
    const silent: SilentCluster[] = []
    for (const [cluster, known] of this.#known) {
      const review = known.reviews.get(proposal)
      if (review?.commits.head === head) reviews.push(review)
      else silent.push({ cluster, since: lastHeard(known) })
    }
    return { reviews, silent }
  }
}

/** When a cluster last planned anything. */
function lastHeard({ reviews }: Known): string | undefined {
  return [...reviews.values()]
    .map(({ plannedAt }) => plannedAt)
    .sort()
    .at(-1)
}
