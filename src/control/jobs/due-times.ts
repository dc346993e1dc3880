import { Cron } from 'croner'
import type { DeclaredOperation } from '../../model/installation.ts'

type Scheduled = Pick<DeclaredOperation, 'schedule' | 'timeZone'>

/** The latest time of a schedule at or before now, in ms since the epoch; undefined where there is none. */
export function lastDue({ schedule = '', timeZone }: Scheduled, now: number): number | undefined {
  const cron = cronOf(schedule, timeZone)
  // The reference itself does not count.
  return cron.previousRuns(1, new Date(now + 1_000))[0]?.getTime()
}

/** The next time of a schedule, in ms since the epoch; undefined where there is none. */
export function nextDue({ schedule = '', timeZone }: Scheduled, now: number): number | undefined {
  return cronOf(schedule, timeZone).nextRun(new Date(now))?.getTime()
}

function cronOf(schedule: string, timezone: string): Cron {
  return new Cron(schedule, { timezone, paused: true, mode: '5-part' })
}
