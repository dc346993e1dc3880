import { formatDuration } from '../../model/duration.ts'

const DAY = 86_400_000
/** Dates that JavaScript can write, in ms. */
const LATEST = 8.64e15

/** `2026-11-28T14:05:09.123Z`, for programs; undefined for what is no date. */
export function isoText(ms: number): string | undefined {
  return Math.abs(ms) <= LATEST ? new Date(ms).toISOString() : undefined
}

/** `2026-11-28 14:05 UTC` */
export function dateText(ms: number): string {
  const text = isoText(ms)
  return text === undefined ? '?' : `${text.slice(0, 16).replace('T', ' ')} UTC`
}

/** `14:05:09` */
export function clockText(ms: number): string {
  return isoText(ms)?.slice(11, 19) ?? '?'
}

/** `45s`, `5m`, `1h30m`, `3d 4h` */
export function spanText(ms: number): string {
  if (!Number.isFinite(ms)) return '?'
  const whole = Math.max(0, Math.round(ms / 1_000) * 1_000)
  if (whole < DAY) return formatDuration(whole).replace(/^0ms$/, '0s')
  const hours = Math.floor((whole % DAY) / 3_600_000)
  return `${Math.floor(whole / DAY).toLocaleString('en')}d${hours === 0 ? '' : ` ${hours}h`}`
}
