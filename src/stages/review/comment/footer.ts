import type { ClusterReview } from '../cluster-review.ts'
import type { CommentContext } from './comment-context.ts'
import { link, name, timeText } from './markdown.ts'

/** Digits of a commit's id. */
const DIGITS = 12

/** Where a plan comes from: commits, digest, time; by cluster where there are several. */
export function footer(
  clusters: readonly ClusterReview[],
  isSeveral: boolean,
  { fullText }: CommentContext,
): string {
  const lines = clusters.map(({ cluster, commits, digest, plannedAt }) => {
    const text = [
      `commit ${name(commits.head.slice(0, DIGITS))} merged into ${name(commits.target.slice(0, DIGITS))}`,
      `plan ${name(digest)}`,
      timeText(plannedAt),
      ...(fullText === undefined ? [] : [link('full text', fullText(cluster))]),
    ].join(' · ')
    return isSeveral ? `- ${name(cluster)}: ${text}` : text
  })
  return ['---', '', ...lines, ...(lines.length === 0 ? ['Reeve'] : [])].join('\n')
}
