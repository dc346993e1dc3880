/**
 * Formats a duration for people: `203ms`, `6.6s`, `45s`, `5m`, `1h30m`. Rounded to what is worth reading;
 * parseDuration reads it.
 */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`
  const seconds = ms < 9_950 ? Math.round(ms / 100) / 10 : Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes}m` : hours(minutes)
}

/** Formats a delay, in whole seconds. */
export function formatDelay(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / 1_000)) * 1_000)
}

function hours(minutes: number): string {
  const rest = minutes % 60
  return `${Math.floor(minutes / 60)}h${rest === 0 ? '' : `${rest}m`}`
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/
const PART = /(\d+(?:\.\d+)?)(ms|[smhd])/g

/**
 * Parses `30s`, `5m`, `1h30m` (units of Go's time.ParseDuration from ms up, and `d`).
 * @returns milliseconds; undefined for any other text
 */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  const total = text
    .matchAll(PART)
    .reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0), 0)
  return Number.isFinite(total) ? Math.round(total) : undefined
}
