import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'

/** A condition without its transition time (metav1.Condition). */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  /** One word in CamelCase. */
  readonly reason: string
  readonly message: string
}

/**
 * Adds the transition time to conditions, as in Kubernetes: the time at which each status last changed.
 *
 * @param before the conditions of the live object
 * @param now RFC 3339, whole seconds
 */
export function withTimes(
  conditions: readonly Condition[],
  before: JsonValue | undefined,
  generation: number,
  now: string,
): readonly JsonObject[] {
  const known = isJsonArray(before) ? before.filter(isJsonObject) : []
  return conditions.map((condition) => {
    const same = known.find(({ type, status }) => type === condition.type && status === condition.status)
    const since = typeof same?.lastTransitionTime === 'string' ? same.lastTransitionTime : now
    return { ...condition, observedGeneration: generation, lastTransitionTime: since }
  })
}
