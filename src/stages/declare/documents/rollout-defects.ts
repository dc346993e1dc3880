import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { Defect } from '../defect.ts'
import { badField, durationDefects } from './field-defects.ts'
import { scheduleDefects } from './schedule-defects.ts'
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
  return [...scheduleDefects(window, pointer), ...durationDefects(window, ['duration'], pointer, 1)]
}

function ringDefects(ring: JsonObject, group: string, pointer: string): readonly Defect[] {
  const isSelf = ring.group === group
  return [
    ...(isSelf ? [badField(`${pointer}/group`, 'names this group itself')] : []),
    ...durationDefects(ring, ['soak'], pointer),
  ]
}
