import { Cron } from 'croner'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { quoted } from '../../../model/quoted.ts'
import type { Defect } from '../defect.ts'

/**
 * Defects of a group's rollout that a schema does not tell.
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
    ...eachIn(rollout.windows, `${pointer}/windows`, windowDefects),
    ...eachIn(rollout.after, `${pointer}/after`, (ring, at) => ringDefects(ring, group, at)),
    ...freezeDefects(rollout.freeze, `${pointer}/freeze`),
    ...AMOUNTS.flatMap((name) => shareDefects(rollout[name], `${pointer}/${name}`, name)),
  ]
}

const AMOUNTS = ['maxUnavailable', 'tolerate', 'failureBudget'] as const

function eachIn(
  value: JsonValue | undefined,
  pointer: string,
  find: (item: JsonObject, pointer: string) => readonly Defect[],
): readonly Defect[] {
  if (!isJsonArray(value)) return []
  return value.flatMap((item, index) => (isJsonObject(item) ? find(item, `${pointer}/${index}`) : []))
}

function windowDefects({ schedule, timeZone }: JsonObject, pointer: string): readonly Defect[] {
  const zone = typeof timeZone === 'string' ? timeZone : 'UTC'
  if (!isTimeZone(zone)) return [bad(`${quoted(zone)} is no time zone`, `${pointer}/timeZone`)]
  if (isSchedule(String(schedule), zone)) return []
  return [bad('schedule is no cron expression with a time to come', `${pointer}/schedule`)]
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

/** Whether it is an expression, and not one for the 30th of February. */
function isSchedule(schedule: string, timezone: string): boolean {
  try {
    return new Cron(schedule, { timezone, paused: true }).nextRun(new Date(0)) !== null
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return false
  }
}

function ringDefects({ group: other }: JsonObject, group: string, pointer: string): readonly Defect[] {
  return other === group ? [bad(`${quoted(group)} does not come after itself`, `${pointer}/group`)] : []
}

/** A date and time with its offset from UTC (RFC 3339). */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

function freezeDefects(freeze: JsonValue | undefined, pointer: string): readonly Defect[] {
  if (!isJsonObject(freeze)) return []
  const until = String(freeze.until)
  if (DATE_TIME.test(until) && !Number.isNaN(Date.parse(until))) return []
  return [bad('until is no date and time such as 2026-12-27T06:00:00Z', `${pointer}/until`)]
}

function shareDefects(value: JsonValue | undefined, pointer: string, name: string): readonly Defect[] {
  if (typeof value === 'string' && Number.parseInt(value, 10) > 100)
    return [bad(`${name} is more than 100%`, pointer)]
  if (typeof value === 'number' && (!Number.isInteger(value) || (name === 'maxUnavailable' && value < 1)))
    return [bad(`${name} is not a whole number${name === 'maxUnavailable' ? ' of at least 1' : ''}`, pointer)]
  return []
}

function bad(details: string, pointer: string): Defect {
  return { code: 'bad-document', details, pointer }
}
