import type { ClusterReview } from '../cluster-review.ts'
import { name, number, prose } from './markdown.ts'
import type { TextBounds } from './text-bounds.ts'

/** What a change means for rollouts, by cluster where there are several. */
export function rolloutSection(clusters: readonly ClusterReview[], { problems }: TextBounds): string {
  const isSeveral = clusters.length > 1
  const lines = clusters.flatMap(({ cluster, rolloutChanges = [], forecast = [] }) =>
    [...rolloutChanges, ...forecast].map(
      (line) => `- ${isSeveral ? `${name(cluster)}: ` : ''}${prose(line)}`,
    ),
  )
  if (lines.length === 0) return ''
  const rest = lines.length - problems
  return [
    '#### Rollout',
    '',
    ...lines.slice(0, problems),
    ...(rest > 0 ? ['', `And ${number(rest)} more.`] : []),
  ].join('\n')
}
