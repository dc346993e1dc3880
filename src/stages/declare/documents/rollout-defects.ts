import { Cron } from 'croner'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { quoted } from '../../../model/quoted.ts'
import type { Defect } from '../defect.ts'
import { badField, durationDefects } from './field-defects.ts'
import { verifyDefects } from './verify-defects.ts'

/**
 * Defects of a group's rollout that its schema does not tell.
 * @param rollout one that is valid by its schema
 * @param group name of the group
 * @param pointer of the rollout
 */
export function rolloutDefects(
  rollout: JsonValue | undefined,
  group: string,
  pointer: string,
): readonly Defect[] {
  if (!isJsonObject(rollout)) return []
  return [
    ...durationDefects(rollout, ['pauseBetween', 'minReady'], pointer),
    ...durationDefects(rollout, ['timeout'], pointer, 1),
    ...eachIn(rollout.windows, `${pointer}/windows`, windowDefects),
    ...eachIn(rollout.after, `${pointer}/after`, (ring, at) => ringDefects(ring, group, at)),
    ...verifyDefects(rollout.verify, `${pointer}/verify`),
  ]
}

function eachIn(
  value: JsonValue | undefined,
  pointer: string,
  find: (item: JsonObject, pointer: string) => readonly Defect[],
): readonly Defect[] {
  if (!isJsonArray(value)) return []
  return value.flatMap((item, index) => (isJsonObject(item) ? find(item, `${pointer}/${index}`) : []))
}

function windowDefects(window: JsonObject, pointer: string): readonly Defect[] {
  const { schedule, timeZone } = window
  const zone = typeof timeZone === 'string' ? timeZone : 'UTC'
  const isKnown = isTimeZone(zone)
  return [
    ...(isKnown ? [] : [badField(`${pointer}/timeZone`, `is not an IANA time zone: ${quoted(zone)}`)]),
    ...scheduleDefects(String(schedule), isKnown ? zone : 'UTC', `${pointer}/schedule`),
    ...durationDefects(window, ['duration'], pointer, 1),
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

function scheduleDefects(schedule: string, timezone: string, pointer: string): readonly Defect[] {
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

function ringDefects(ring: JsonObject, group: string, pointer: string): readonly Defect[] {
  const isSelf = ring.group === group
  return [
    ...(isSelf ? [badField(`${pointer}/group`, 'names this group itself')] : []),
    ...durationDefects(ring, ['soak'], pointer),
  ]
}
