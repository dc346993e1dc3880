import type { ClusterReview } from '../cluster-review.ts'
import type { CommentContext } from './comment-context.ts'
import { reviewText } from './review-text.ts'
import { FULL_TEXT_BOUNDS } from './text-bounds.ts'

/** What the comment tells without its cuts: a file of the review branch, of a few MiB at most. */
export function fullText(reviews: readonly ClusterReview[], about: Omit<CommentContext, 'fullText'>): string {
  return reviewText(reviews, about, FULL_TEXT_BOUNDS).text
}
