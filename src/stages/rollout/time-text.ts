const MINUTE_MS = 60_000

/** `2026-11-28 14:05 UTC`, the next full minute: nothing happens before the time that is told. */
export function timeText(ms: number): string {
  const minute = Math.ceil(ms / MINUTE_MS) * MINUTE_MS
  return `${new Date(minute).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
