import { formatDuration, parseDuration } from '../../../model/duration.ts'
import type { JsonObject } from '../../../model/json.ts'
import type { Defect } from '../defect.ts'
import { fieldName } from './field-name.ts'

/** Maximum of all durations, in ms: a year. */
const LONGEST = 365 * 86_400_000

/** @param problem what is wrong with the field: goes on after its name */
export function badField(pointer: string, problem: string): Defect {
  return { code: 'bad-document', details: `${fieldName(pointer)} ${problem}`, pointer }
}

/** Durations, of a form that a schema checked, that are too long or too short. @param least in ms, once rounded to them */
export function durationDefects(
  mapping: JsonObject,
  names: readonly string[],
  pointer: string,
  least = 0,
): readonly Defect[] {
  return names.flatMap((name) => {
    const text = mapping[name]
    if (typeof text !== 'string') return []
    const ms = parseDuration(text)
    if (ms === undefined || ms > LONGEST) return [badField(`${pointer}/${name}`, 'is longer than 365d')]
    return ms < least ? [badField(`${pointer}/${name}`, `is shorter than ${formatDuration(least)}`)] : []
  })
}
