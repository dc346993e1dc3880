import type { DeclaredObject } from '../../model/installation.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { Secrets } from '../../model/secrets.ts'
import { type Step, stepOf } from '../../model/sensitive.ts'

/** Marks the places where an object holds a secret of its installation. */
export function markSensitive(declared: DeclaredObject, secrets: Secrets): DeclaredObject {
  const places = [...placesIn(declared.object as JsonObject, secrets, [])]
  return { ...declared, sensitive: { places, secrets } }
}

function* placesIn(value: JsonValue, secrets: Secrets, steps: readonly Step[]): Generator<readonly Step[]> {
  if (isJsonArray(value)) {
    for (const item of value) yield* placesIn(item, secrets, [...steps, stepOf(item)])
  } else if (isJsonObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      if (secrets.isIn(key)) yield steps
      yield* placesIn(child, secrets, [...steps, key])
    }
  } else if (value !== null && secrets.isIn(String(value))) yield steps
}
