import { Cron } from 'croner'
import type { Window } from '../../model/rollout.ts'

/** Whether moves may begin, and until when that stays so; undefined for a time that is not known or far. */
export interface WindowState {
  readonly isOpen: boolean
  readonly until?: number
}

/** Maximum number of changes of windows that are looked at. */
const MOST_CHANGES = 1_000

/**
 * The state of windows at a time (ms since the epoch): open inside some that allows, where there is one, and outside
 * all that deny. They begin as their schedules say in their time zones, and last for their durations, however the
 * clocks change meanwhile.
 */
export function windowsAt(windows: readonly Window[], now: number): WindowState {
  if (windows.length === 0) return { isOpen: true }
  const isOpen = isOpenAt(windows, now)
  let at: number | undefined = now
  for (let count = 0; count < MOST_CHANGES; count += 1) {
    at = nextChange(windows, at)
    if (at === undefined) return { isOpen }
    if (isOpenAt(windows, at) !== isOpen) return { isOpen, until: at }
  }
  return { isOpen }
}

function isOpenAt(windows: readonly Window[], time: number): boolean {
  const allowing = windows.filter(({ kind }) => kind === 'allow')
  if (windows.some((window) => window.kind === 'deny' && isWithin(window, time))) return false
  return allowing.length === 0 || allowing.some((window) => isWithin(window, time))
}

/** Whether a time is at or after a beginning, and before its end. */
function isWithin(window: Window, time: number): boolean {
  const begun = lastBeginning(window, time)
  return begun !== undefined && time < begun + window.duration
}

/** The last beginning at or before a time. */
function lastBeginning(window: Window, time: number): number | undefined {
  const [last] = cronOf(window).previousRuns(1, new Date(time + 1))
  return last?.getTime()
}

/** The next time after `time` at which a window begins or ends. */
function nextChange(windows: readonly Window[], time: number): number | undefined {
  const changes = windows.flatMap((window) => {
    const begun = lastBeginning(window, time)
    const end = begun === undefined ? undefined : begun + window.duration
    const next = cronOf(window).nextRun(new Date(time))
    return [...(end !== undefined && end > time ? [end] : []), ...(next ? [next.getTime()] : [])]
  })
  return changes.length === 0 ? undefined : Math.min(...changes)
}

function cronOf({ schedule, timeZone }: Window): Cron {
  return new Cron(schedule, { timezone: timeZone, paused: true })
}
