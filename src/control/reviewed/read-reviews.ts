import type { Repository } from '../../adapters/git/repository.ts'
import { readOwnYaml } from '../../stages/report/read-own-yaml.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { readReview } from '../../stages/review/document/read-review.ts'
import { reviewedName } from '../../stages/review/review-path.ts'

/** Where the reviews of all clusters are: `reeve/review/<cluster>`. */
export const REVIEW_BRANCHES = 'reeve/review/'
/** Maximum size of a review that is read, in bytes; a larger one counts as none. */
const LARGEST = 4 << 20

/**
 * The reviews on a commit of a cluster's branch, by name of the change.
 * @param head full id of the commit
 */
export async function readReviews(
  outbox: Repository['outbox'],
  head: string,
  cluster: string,
): Promise<ReadonlyMap<string, ClusterReview>> {
  const files = [...(await outbox.files(head))].filter(([path]) => path.endsWith('.yaml'))
  const texts = await outbox.readTexts(
    files.map(([, oid]) => oid),
    LARGEST,
  )
  return new Map(
    files.flatMap(([path, oid]) => {
      const review = reviewIn(texts.get(oid) ?? '')
      const name = reviewedName(path.slice(0, -'.yaml'.length))
      return review?.cluster === cluster ? [[name, review] as const] : []
    }),
  )
}

/** The review of a document; undefined where it is none. */
export function reviewIn(document: string): ClusterReview | undefined {
  return readReview(readOwnYaml(document))
}
