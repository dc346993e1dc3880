import { isDeepStrictEqual } from 'node:util'
import type { ResolvedObject } from '../../model/installation.ts'
import { isJsonArray, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { ObjectKey } from '../../model/object.ts'
import { bothSensitive, type Sensitive } from '../../model/sensitive.ts'
import { redactedObject } from '../plan/describe/redact.ts'
import type { ObjectChange } from './object-change.ts'

/** A change as it may be told: both declarations with everything secret redacted. */
export interface ToldChange {
  readonly key: ObjectKey
  /** `group/Kind`, such as `apps/Deployment` or `/Secret`. */
  readonly kind: string
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
  /** Git no longer declares the object, and Reeve deletes it, or does so once nothing blocks it. */
  readonly isDeleted: boolean
  /** The object is deleted and created again. */
  readonly isReplaced: boolean
}

export function toldChange(change: ObjectChange): ToldChange {
  const { plan, before, after } = change
  const sensitive = sensitiveOf(change)
  const isGone = before !== undefined && after === undefined
  return {
    key: plan.key,
    kind: `${plan.key.group}/${plan.key.kind}`,
    before: told(before, sensitive),
    after: told(after, sensitive),
    isDeleted: isGone && (plan.action === 'delete' || plan.action === 'blocked'),
    isReplaced: plan.action === 'patch' && plan.isReplacement === true,
  }
}

/**
 * Whether a change concerns secrets within a part of the object: something in it differs, and is not told as it is.
 * @param shown the same change as it may be told
 * @param part what is looked at, of either declaration
 */
export function changesSecretly(
  { before, after }: ObjectChange,
  shown: ToldChange,
  part: (object: JsonObject) => JsonValue,
): boolean {
  if (before === undefined || after === undefined) return false
  if (shown.before === before.object && shown.after === after.object) return false
  return hasSecretDifference(
    [before.object, shown.before].map((object) => part((object ?? {}) as JsonObject)),
    [after.object, shown.after].map((object) => part((object ?? {}) as JsonObject)),
  )
}

/** Of values as they are and as they are told; lists of the same length are compared element by element. */
function hasSecretDifference(was: readonly JsonValue[], is: readonly JsonValue[]): boolean {
  const [first] = was
  const all = [...was, ...is]
  if (isJsonArray(first) && all.every((value) => isJsonArray(value) && value.length === first.length)) {
    const at = (values: readonly JsonValue[], index: number) =>
      values.map((value) => (isJsonArray(value) ? value[index] : undefined) ?? null)
    return first.some((_, index) => hasSecretDifference(at(was, index), at(is, index)))
  }
  const isTold = [was, is].every(([raw, shown]) => isDeepStrictEqual(raw, shown))
  return !isTold && !isDeepStrictEqual(was[0], is[0])
}

/** What is secret on one side is secret on the other. */
function sensitiveOf({ plan, before, after }: ObjectChange): Sensitive | undefined {
  return bothSensitive(bothSensitive(before?.sensitive, after?.sensitive), plan.sensitive)
}

function told(object: ResolvedObject | undefined, sensitive: Sensitive | undefined): JsonObject | undefined {
  return object && (redactedObject(object.object, sensitive) as JsonObject)
}
