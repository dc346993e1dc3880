import type { JsonValue } from '../../../model/json.ts'
import type { Defect } from '../defect.ts'
import { fill, fillable } from './fillable.ts'
import type { Scope } from './resolve-text.ts'
import { Room } from './room.ts'

/**
 * Resolves the references in a value that is filled in once. Unchanged values stay the same objects.
 *
 * @param pointer of the value in its document
 * @param defects receives the defects
 * @param room for expanded references; once it is exhausted, texts stay as they are
 */
export function substitute(
  value: JsonValue,
  scope: Scope,
  pointer: string,
  defects: Defect[],
  room: Room = new Room(),
): JsonValue {
  const form = fillable(value, pointer)
  return form === undefined ? value : fill(form, { scope, defects, room })
}
