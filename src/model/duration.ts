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
