import type { JsonObject } from '../../../model/json.ts'
import { objectIn, textIn } from '../../../model/json.ts'
import { type Diagnosis, diagnosis } from './diagnosis.ts'

/**
 * What the latest of some Events (v1, of type Warning) says.
 *
 * @param since ms since the epoch; what was not seen since then does not count
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

/** Which of the fields is set depends on who made the Event. */
function seenAt({ series, lastTimestamp, eventTime, metadata }: JsonObject): number {
  const seen = [
    objectIn(series).lastObservedTime,
    lastTimestamp,
    eventTime,
    objectIn(metadata).creationTimestamp,
  ]
  return Date.parse(seen.map(textIn).find((time) => time !== '') ?? '')
}
