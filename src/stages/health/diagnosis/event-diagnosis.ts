import type { JsonObject } from '../../../model/json.ts'
import { objectIn, textIn } from '../../../model/json.ts'
import { type Diagnosis, diagnosis } from './diagnosis.ts'

/**
 * The message of the latest of these Events (v1, of type Warning).
 *
 * @param since ms since the epoch; Events last seen before then do not count
 */
export function warningIn(events: readonly JsonObject[], since: number): Diagnosis | undefined {
  const [latest] = events.filter((event) => seenAt(event) >= since).sort((a, b) => seenAt(b) - seenAt(a))
  if (latest === undefined) return undefined
  return diagnosis(
    'progressing',
    textIn(latest.reason) || 'Warning',
    textIn(latest.message).replace(/\s+/g, ' ').trim(),
  )
}

/** The field that is set depends on the Event's source. */
function seenAt({ series, lastTimestamp, eventTime, metadata }: JsonObject): number {
  const seen = [
    objectIn(series).lastObservedTime,
    lastTimestamp,
    eventTime,
    objectIn(metadata).creationTimestamp,
  ]
  return Date.parse(seen.map(textIn).find((time) => time !== '') ?? '')
}
