import type { GroupRevision, RolloutHistory } from '../../control/standing/rollout-history.ts'
import type { Format } from '../options/read-format.ts'
import { isoText } from './date-text.ts'
import { documentText } from './document-text.ts'
import { type Io, widthOf } from './io.ts'
import { rolloutHistoryLines } from './rollout-history-text.ts'
import { commitDocument } from './rollout-status-document.ts'

/** How a rollout went. */
export function presentRolloutHistory(history: RolloutHistory, format: Format, io: Io): string {
  if (format !== 'text') return documentText(documentOf(history), format)
  const options = { colour: io.colour, width: widthOf(io), now: Date.now() }
  return `${rolloutHistoryLines(history, options).join('\n')}\n`
}

function documentOf({ revisions, ...history }: RolloutHistory): object {
  return {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'RolloutHistory',
    ...history,
    revisions: revisions.map(revisionDocument),
  }
}

function revisionDocument({ at, from, until, took, steps, ...revision }: GroupRevision): object {
  return {
    at: commitDocument(at),
    from: isoText(from),
    ...(until !== undefined && { until: isoText(until) }),
    ...(took !== undefined && { tookMs: took }),
    ...revision,
    steps: steps.map((step) => ({ ...step, at: isoText(step.at) })),
  }
}
