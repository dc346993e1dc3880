import { type Fault, fault, type Location } from '../../../model/fault.ts'
import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { pointerOf } from '../../../model/json-pointer.ts'
import type { Secrets } from '../../../model/secrets.ts'

/** Integers among the values of a chart that Helm would round, as it reads values as doubles. */
export function longIntegers(
  values: JsonValue,
  placeOf: (pointer: string) => Location,
  secrets: Secrets | undefined,
): readonly Fault[] {
  return [...longIntegersIn(values, [])].map((path) => {
    const name = ['values', ...path].join('.')
    return fault('integer-out-of-range', secrets?.redact(name) ?? name, {
      location: placeOf(pointerOf(path)),
    })
  })
}

function* longIntegersIn(value: JsonValue, path: readonly string[]): Generator<readonly string[]> {
  if (typeof value === 'bigint') yield path
  else if (isJsonArray(value) || isJsonObject(value))
    for (const [key, item] of Object.entries(value)) yield* longIntegersIn(item, [...path, key])
}
