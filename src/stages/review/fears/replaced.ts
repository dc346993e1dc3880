import type { JsonObject } from '../../../model/json.ts'
import { tokensOf, valueAt } from '../../../model/json-pointer.ts'
import { RELEASE_ANNOTATION } from '../../../model/labels.ts'
import { immutableChanges } from '../../plan/check/immutable-fields.ts'
import { humanPath } from '../../plan/describe/human-path.ts'
import type { FearFinder } from './fear-finder.ts'
import { listed } from './listed.ts'

/** An object that is deleted and created again, or that can only be changed in this way. */
export const replaced: FearFinder = {
  kind: 'replaced',
  find({ kind, before, after, isReplaced }) {
    const fields = before && after ? immutableFields(kind, before, after) : []
    // A Job that runs once in each release is meant to be replaced.
    if (isReplaced && after !== undefined && isOfRelease(after)) return []
    if (isReplaced) {
      const why = fields.length === 0 ? '' : `: ${listed(fields)} cannot be changed`
      return [`deleted with everything that it owns or holds, and created again${why}`]
    }
    return fields.length === 0 ? [] : [`${listed(fields)} cannot be changed without deleting it`]
  },
}

function immutableFields(kind: string, before: JsonObject, after: JsonObject): readonly string[] {
  return immutableChanges(kind, after, before).map(({ pointer }) => humanPath(before, tokensOf(pointer)))
}

function isOfRelease(object: JsonObject): boolean {
  return valueAt(object, ['metadata', 'annotations', RELEASE_ANNOTATION]) !== undefined
}
