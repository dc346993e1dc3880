import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectIn,
  textIn,
} from '../../model/json.ts'
import type { LiveObject } from '../../model/object.ts'

/** `spec` or `status`; empty where the object has none. */
export function sectionOf(object: LiveObject, name: 'spec' | 'status'): JsonObject {
  return objectIn(object[name])
}

export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : []
}

export function numberIn(value: JsonValue | undefined, otherwise = 0): number {
  return typeof value === 'number' ? value : otherwise
}

/** A controller's report on one aspect of an object (meta/v1 Condition). */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly observedGeneration: number | undefined
}

/** The condition of that type in status.conditions. */
export function conditionOf(object: LiveObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type)
}

/** status.conditions. */
export function conditionsOf(object: LiveObject): readonly Condition[] {
  return readConditions(sectionOf(object, 'status').conditions)
}

export function readConditions(value: JsonValue | undefined): readonly Condition[] {
  return objectsIn(value).map(({ type, status, reason, message, observedGeneration }) => ({
    type: textIn(type),
    status: textIn(status),
    reason: textIn(reason),
    message: textIn(message),
    observedGeneration: typeof observedGeneration === 'number' ? observedGeneration : undefined,
  }))
}

/** `Reason: message`, or the part that is not empty, else `otherwise`. */
export function explain(
  { reason, message }: Pick<Condition, 'reason' | 'message'>,
  otherwise: string,
): string {
  if (reason === '') return message || otherwise
  return message === '' ? reason : `${reason}: ${message}`
}
