import { fault } from '../../model/fault.ts'
import { faultDocument } from '../../stages/plan/describe/fault-document.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { reviewIn } from '../reviewed/read-reviews.ts'

/** Maximum size of a review's document, in bytes: a larger one is not read. */
const MOST_OF_ONE = 3 << 20
/** Maximum length of the files of all reviews together, which are in memory, too, in characters. */
const MOST_OF_ALL = 64 << 20

/** The files of a review. */
export interface ReviewFiles {
  readonly document: string
  readonly text: string
}

/**
 * Whether a review's files may be kept beside the others, and are read again as what they are.
 * @param others length of those, in characters
 */
export function hasRoom({ document, text }: ReviewFiles, others: number): boolean {
  return (
    Buffer.byteLength(document) <= MOST_OF_ONE &&
    others + document.length + text.length <= MOST_OF_ALL &&
    reviewIn(document) !== undefined
  )
}

/** The same review without what makes it large, and the fault that says so. */
export function withoutPlan(review: ClusterReview): ClusterReview {
  const details = `its plan, or the plans of all open changes together, do not fit in the branch of reviews`
  return {
    ...review,
    acted: [],
    changes: [],
    pending: [],
    fears: [],
    images: [],
    conflicts: [],
    warnings: [],
    faults: [faultDocument(fault('review-too-large', details))],
  }
}
