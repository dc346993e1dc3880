import { Cron } from 'croner'
import type { Window } from '../../model/rollout.ts'

/** Whether moves may begin, and until when that stays so; undefined for a time that is not known or far. */
export interface WindowState {
  readonly isOpen: boolean
  readonly until?: number
}

/** Maximum number of beginnings that are looked for, each in some hundredths of a millisecond. */
const MOST_BEGINNINGS = 500

/** A state, and from when to when it is known to hold. */
interface KnownState {
  readonly state: WindowState
  readonly from: number
  readonly to: number
}

/** The windows of a group are the same ones in each decision, of which there are many while the state holds. */
const known = new WeakMap<readonly Window[], KnownState>()

/**
 * The state of windows at a time (ms since the epoch): open inside some that allows, where there is one, and outside
 * all that deny. They begin as their schedules say in their time zones, and last for their durations, however the
 * clocks change meanwhile.
 */
export function windowsAt(windows: readonly Window[], now: number): WindowState {
  if (windows.length === 0) return { isOpen: true }
  const before = known.get(windows)
  if (before && before.from <= now && now < before.to) return before.state
  const found = stateAt(windows, now)
  known.set(windows, found)
  return found.state
}

function stateAt(windows: readonly Window[], from: number): KnownState {
  const isOpen = isOpenAt(windows, from)
  const next = isOpen ? mayClose : mayOpen
  let to = from
  for (let left = MOST_BEGINNINGS; left > 0; left -= windows.length) {
    const change = next(windows, to)
    if (change === undefined) return { state: { isOpen }, from, to: Number.POSITIVE_INFINITY }
    to = change
    if (isOpenAt(windows, to) !== isOpen) return { state: { isOpen, until: to }, from, to }
  }
  return { state: { isOpen }, from, to }
}

function isOpenAt(windows: readonly Window[], time: number): boolean {
  if (windows.some((window) => window.kind === 'deny' && endAt(window, time) !== undefined)) return false
  const allowing = windows.filter(({ kind }) => kind === 'allow')
  return allowing.length === 0 || allowing.some((window) => endAt(window, time) !== undefined)
}

/** The next time at which open windows may close: where one denies, or none allows any more. */
function mayClose(windows: readonly Window[], time: number): number | undefined {
  const ends = windows.flatMap((window) => (window.kind === 'allow' ? (endAt(window, time) ?? []) : []))
  const last = ends.length === 0 ? [] : [Math.max(...ends)]
  return earliest([...last, ...beginnings(windows, 'deny', time)])
}

/** The next time at which closed windows may open: where none denies any more or, unless one does, one allows. */
function mayOpen(windows: readonly Window[], time: number): number | undefined {
  const ends = windows.flatMap((window) => (window.kind === 'deny' ? (endAt(window, time) ?? []) : []))
  return ends.length > 0 ? Math.max(...ends) : earliest(beginnings(windows, 'allow', time))
}

function beginnings(windows: readonly Window[], kind: Window['kind'], time: number): readonly number[] {
  return windows.flatMap((window) =>
    window.kind === kind ? (cronOf(window).nextRun(new Date(time))?.getTime() ?? []) : [],
  )
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times)
}

/** The end of a window that has begun at or before a time, and ends after it. */
function endAt(window: Window, time: number): number | undefined {
  const [begun] = cronOf(window).previousRuns(1, new Date(time + 1))
  const end = begun === undefined ? undefined : begun.getTime() + window.duration
  return end !== undefined && time < end ? end : undefined
}

function cronOf({ schedule, timeZone }: Window): Cron {
  return new Cron(schedule, { timezone: timeZone, paused: true, mode: '5-part' })
}
