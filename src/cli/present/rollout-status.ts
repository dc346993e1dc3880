import type { Standing } from '../../control/standing/standing.ts'
import { writeJson } from '../../model/json.ts'
import { printableJson } from '../../model/printable.ts'
import type { Format } from '../options/read-format.ts'
import { documentText } from './document-text.ts'
import { type Io, widthOf } from './io.ts'
import { rolloutChangeLines } from './rollout-change-lines.ts'
import { rolloutStatusDocument } from './rollout-status-document.ts'
import { rolloutStatusLines } from './rollout-status-text.ts'

/** How rollouts are doing, once. */
export function presentRolloutStatus(standing: Standing, format: Format, io: Io, now = Date.now()): string {
  if (format !== 'text') return documentText(rolloutStatusDocument(standing), format)
  const lines = rolloutStatusLines(standing, { colour: io.colour, width: widthOf(io), now })
  return `${lines.join('\n')}\n`
}

/** What is new, without a terminal: lines, or a document for each change, JSON in one line. */
export function presentRolloutNews(
  standing: Standing,
  before: Standing | undefined,
  format: Format,
  now = Date.now(),
): string {
  if (format === 'json') return `${printableJson(writeJson(rolloutStatusDocument(standing)))}\n`
  if (format === 'yaml') return `---\n${documentText(rolloutStatusDocument(standing), format)}`
  return rolloutChangeLines(standing, before, now)
    .map((line) => `${line}\n`)
    .join('')
}
