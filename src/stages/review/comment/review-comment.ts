import { createHash } from 'node:crypto'
import type { JsonValue } from '../../../model/json.ts'
import { canonicalJson } from '../../plan/canonical-json.ts'
import type { ClusterReview } from '../cluster-review.ts'
import type { CommentContext } from './comment-context.ts'
import { reviewText } from './review-text.ts'
import { COMMENT_BOUNDS } from './text-bounds.ts'

export interface ReviewComment {
  /** Markdown that contains the marker. */
  readonly body: string
  /** Of what is told, but for what is pending anyway, times and the target's head: with the same key, nothing is edited. */
  readonly key: string
  readonly state: 'success' | 'failure'
  /** One line of at most 140 characters, for the commit status. */
  readonly description: string
}

/** The comment on a pull request: what merging it would do to every cluster. */
export function reviewComment(reviews: readonly ClusterReview[], about: CommentContext): ReviewComment {
  const { text, verdict } = reviewText(reviews, about, COMMENT_BOUNDS)
  return {
    body: text,
    key: keyOf(reviews, about),
    state: verdict.state,
    description: verdict.description,
  }
}

/** The key of a comment, without writing it. */
export function keyOf(
  reviews: readonly ClusterReview[],
  { silent, outcome }: Pick<CommentContext, 'silent' | 'outcome'>,
): string {
  const digest = createHash('sha256')
  const add = (value: unknown) => digest.update(canonicalJson((value ?? null) as JsonValue)).update('\n')
  for (const review of reviews.toSorted((one, other) => (one.cluster < other.cluster ? -1 : 1))) {
    const { commits, plannedAt: _, pending: __, forecast: ___, ...rest } = review
    add(commits.head)
    // Item by item: a text of all of them may be longer than a string can be.
    for (const [name, value] of Object.entries(rest).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
      add(name)
      for (const item of Array.isArray(value) ? value : [value]) add(item)
    }
  }
  add([silent.map(({ cluster }) => cluster).toSorted(), outcome ?? null])
  return digest.digest('base64url').slice(0, 22)
}
