import type { JsonObject } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { canonicalJson } from './canonical-json.ts'
import { type FieldPattern, valuesAt } from './merge/field-pattern.ts'
import type { Leave } from './merge/leave.ts'
import type { MergeBase } from './merge/merge.ts'
import { foldStringData } from './normalise/string-data.ts'

/**
 * For a changed declaration, leaves those sent-once fields whose declared value is unchanged since the last
 * apply. Without a known base all of them are sent again, rather than never.
 */
export function leaveUnlessChanged(leave: Leave, declared: KubernetesObject, base: MergeBase): Leave {
  if (leave.once.length === 0) return leave
  if (base.kind !== 'object') return { ...leave, once: [] }
  const { object } = base
  const isSaidAsBefore = (pattern: FieldPattern) => textOf(pattern, declared) === textOf(pattern, object)
  return { ...leave, once: leave.once.filter(isSaidAsBefore) }
}

function textOf({ steps }: FieldPattern, object: KubernetesObject): string {
  return canonicalJson(valuesAt(foldStringData(object) as JsonObject, steps))
}
