import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { Secrets } from '../../../model/secrets.ts'
import { type Step, stepOf } from '../../../model/sensitive.ts'

/** Finds the places where objects hold secrets as they are. Searches each text once, however often it occurs. */
export function secretPlaces(secrets: Secrets): (object: JsonObject) => readonly (readonly Step[])[] {
  const searched = new Map<string, boolean>()
  const isSecret = (text: string): boolean => {
    const known = searched.get(text)
    if (known !== undefined) return known
    const found = secrets.isIn(text)
    searched.set(text, found)
    return found
  }
  return (object) => (holds(object, isSecret) ? [...placesIn(object, isSecret, [])] : [])
}

type IsSecret = (text: string) => boolean

function holds(value: JsonValue, isSecret: IsSecret): boolean {
  if (isJsonArray(value)) return value.some((item) => holds(item, isSecret))
  if (isJsonObject(value)) {
    for (const key in value) if (isSecret(key) || holds(value[key] ?? null, isSecret)) return true
    return false
  }
  return value !== null && isSecret(String(value))
}

function* placesIn(value: JsonValue, isSecret: IsSecret, steps: readonly Step[]): Generator<readonly Step[]> {
  if (!holds(value, isSecret)) return
  if (isJsonArray(value)) {
    for (const item of value) yield* placesIn(item, isSecret, [...steps, stepOf(item)])
  } else if (isJsonObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      if (isSecret(key)) yield steps
      yield* placesIn(child, isSecret, [...steps, key])
    }
  } else yield steps
}
