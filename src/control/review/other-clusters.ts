import type { Repository } from '../../adapters/git/repository.ts'
import { readOwnYaml } from '../../stages/report/read-own-yaml.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import type { SilentCluster } from '../../stages/review/comment/comment-context.ts'
import { readReview } from '../../stages/review/document/read-review.ts'
import { reviewedName } from './review-path.ts'

/** Where the reviews of all clusters are: `reeve/review/<cluster>`. */
export const REVIEW_BRANCHES = 'reeve/review/'
/** Maximum size of a review that is read, in bytes; a larger one counts as none. */
const LARGEST = 4 << 20

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
        known.set(name, { head, reviews: await this.#read(`${REVIEW_BRANCHES}${name}`, name, signal) })
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

  async #read(
    branch: string,
    cluster: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ClusterReview>> {
    const { outbox } = this.#options.repository
    const head = await outbox.fetch(branch, { signal })
    if (head === undefined) return new Map()
    const files = [...(await outbox.files(head))].filter(([path]) => path.endsWith('.yaml'))
    const texts = await outbox.readTexts(
      files.map(([, oid]) => oid),
      LARGEST,
    )
    return new Map(
      files.flatMap(([path, oid]) => {
        const review = readReview(readOwnYaml(texts.get(oid) ?? ''))
        return review?.cluster === cluster
          ? [[reviewedName(path.slice(0, -'.yaml'.length)), review] as const]
          : []
      }),
    )
  }
}

/** When a cluster last planned anything. */
function lastHeard({ reviews }: Known): string | undefined {
  return [...reviews.values()]
    .map(({ plannedAt }) => plannedAt)
    .sort()
    .at(-1)
}
