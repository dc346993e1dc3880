import type { Sealer } from '../../plan/sealer.ts'
import type { ClusterReview } from '../cluster-review.ts'
import { mergedStatement, plannedStatement, type ReviewStatement } from './statements.ts'

export interface SealOptions {
  readonly sealer: Pick<Sealer, 'digest' | 'isDigest'>
  /** Name of the Repository. */
  readonly repository: string
  /** Name of the change that the review is recorded for. */
  readonly change: string
}

/**
 * The review of a change that was merged; as it is where Reeve did not plan what it says: others may write to the
 * branch that it was read from.
 * @param commit full id of the commit of the target that has the change
 */
export function withMerge(review: ClusterReview, commit: string, options: SealOptions): ClusterReview {
  const { allows } = review
  if (allows === undefined || !isPlanned(review, options)) return review
  const seal = options.sealer.digest(mergedStatement(statementOf(review, options), commit))
  return { ...review, merged: { commit, seal } }
}

/** Whether Reeve planned what a review allows, for this very change and its newest commit. */
export function isPlanned(review: ClusterReview, options: SealOptions): boolean {
  const { allows } = review
  return (
    allows !== undefined &&
    options.sealer.isDigest(allows.seal, plannedStatement(statementOf(review, options)))
  )
}

/** Whether Reeve learned that the change was merged as the review says. */
export function isMerged(review: ClusterReview, options: SealOptions): boolean {
  const { merged } = review
  return (
    merged !== undefined &&
    options.sealer.isDigest(merged.seal, mergedStatement(statementOf(review, options), merged.commit))
  )
}

function statementOf(
  { cluster, commits, allows }: ClusterReview,
  { repository, change }: SealOptions,
): ReviewStatement {
  return { repository, cluster, change, head: commits.head, transitions: allows?.transitions ?? [] }
}
