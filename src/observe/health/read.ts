import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { LiveObject } from '../../model/object.ts'

const NOTHING: JsonObject = Object.freeze(Object.create(null))

/** `spec` or `status`; empty where the object has none. */
export function sectionOf(object: LiveObject, name: 'spec' | 'status'): JsonObject {
  return objectIn(object[name])
}

export function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : NOTHING
}

export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : []
}

export function numberIn(value: JsonValue | undefined, otherwise = 0): number {
  return typeof value === 'number' ? value : otherwise
}

export function textIn(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** What the controller says about one aspect of an object (meta/v1 Condition). */
export interface Condition {
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly observedGeneration: number | undefined
}

/** The condition of that type in status.conditions. */
export function conditionOf(object: LiveObject, type: string): Condition | undefined {
  const found = objectsIn(sectionOf(object, 'status').conditions).find((condition) => condition.type === type)
  return (
    found && {
      status: textIn(found.status),
      reason: textIn(found.reason),
      message: textIn(found.message),
      observedGeneration: typeof found.observedGeneration === 'number' ? found.observedGeneration : undefined,
    }
  )
}

/** `Reason: message`, as far as there is any. */
export function explain(condition: Pick<Condition, 'reason' | 'message'>, otherwise: string): string {
  return [condition.reason, condition.message].filter((part) => part !== '').join(': ') || otherwise
}
