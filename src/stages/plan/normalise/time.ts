const SYNTAX = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/

/** A point in time: whole seconds since the epoch, and the digits of its fraction. */
interface Instant {
  readonly seconds: number
  readonly fraction: string
}

/** Parses an RFC 3339 time; undefined for any other text. */
function parseTime(text: string): Instant | undefined {
  const match = SYNTAX.exec(text)
  const seconds = match ? Date.parse(`${match[1]}${match[3]}`) / 1000 : Number.NaN
  return match && Number.isFinite(seconds) ? { seconds, fraction: match[2] ?? '' } : undefined
}

/**
 * Whether the API server would write `declared` as `live`: the same instant in any offset, with as many
 * digits of the fraction as the live value shows (meta/v1 Time: none, MicroTime: six).
 */
export function sameTime(declared: string, live: string): boolean {
  const ours = parseTime(declared)
  const theirs = parseTime(live)
  if (!ours || !theirs || ours.seconds !== theirs.seconds) return false
  return ours.fraction.padEnd(9, '0').startsWith(theirs.fraction)
}
