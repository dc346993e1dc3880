import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { Secrets } from '../../../model/secrets.ts'
import type { Step } from '../../../model/sensitive.ts'
import { Path } from './path.ts'

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
  const hasSecretKey = (object: JsonObject): boolean => {
    for (const key in object) if (isSecret(key)) return true
    return false
  }
  return (object) => {
    const places: (readonly Step[])[] = []
    const path = new Path()
    const search = (value: JsonValue) => {
      if (isJsonArray(value)) path.eachElement(value, search)
      else if (isJsonObject(value)) {
        if (hasSecretKey(value)) places.push(path.steps())
        path.eachField(value, search)
      } else if (value !== null && isSecret(String(value))) places.push(path.steps())
    }
    search(object)
    return places
  }
}
