import { Cron } from 'croner'
import type { JsonObject } from '../../../model/json.ts'
import { quoted } from '../../../model/quoted.ts'
import type { Defect } from '../defect.ts'
import { badField } from './field-defects.ts'

/** Defects of `schedule` and `timeZone` that no schema tells. */
export function scheduleDefects({ schedule, timeZone }: JsonObject, pointer: string): readonly Defect[] {
  const zone = typeof timeZone === 'string' ? timeZone : 'UTC'
  const isKnown = isTimeZone(zone)
  return [
    ...(isKnown ? [] : [badField(`${pointer}/timeZone`, `is not an IANA time zone: ${quoted(zone)}`)]),
    ...expressionDefects(String(schedule), isKnown ? zone : 'UTC', `${pointer}/schedule`),
  ]
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return false
  }
}

/**
 * Croner looks no further than the year 3000. In the 29 years before it come all calendars, so that an expression
 * that never fits costs little.
 */
const ALL_CALENDARS = new Date(Date.UTC(2971, 0, 1))

function expressionDefects(schedule: string, timezone: string, pointer: string): readonly Defect[] {
  try {
    const cron = new Cron(schedule, { timezone, paused: true, mode: '5-part' })
    return cron.nextRun(ALL_CALENDARS) === null
      ? [badField(pointer, 'never comes: no year has such a day')]
      : []
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return [badField(pointer, 'is not a cron expression of five fields')]
  }
}
