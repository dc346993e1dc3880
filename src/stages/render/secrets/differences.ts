import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { Step } from '../../../model/sensitive.ts'
import { NAMING } from '../../plan/describe/human-path.ts'
import { Path } from './path.ts'

/** A place where two renderings differ. */
export interface Difference {
  readonly steps: readonly Step[]
  /** JSON pointer. */
  readonly pointer: string
  /** Keys or the number of elements differ, too, or what names an element. */
  readonly isClosed: boolean
  readonly value: JsonValue
  /** In the other rendering; undefined where it has none. */
  readonly other: JsonValue | undefined
}

export function differences(one: JsonValue, two: JsonValue): readonly Difference[] {
  const found: Difference[] = []
  const path = new Path()
  const compare = (value: JsonValue, other: JsonValue) => {
    if (value === other) return
    if (isJsonObject(value) && isJsonObject(other) && haveSameKeys(value, other))
      path.eachField(value, (child, key) => compare(child, other[key] ?? null))
    else if (isJsonArray(value) && isJsonArray(other) && haveSameNames(value, other))
      path.eachElement(value, (item, index) => compare(item, other[index] ?? null))
    else {
      const isClosed = !isScalar(value) || !isScalar(other)
      found.push({ steps: path.steps(), pointer: path.pointer(), isClosed, value, other })
    }
  }
  compare(one, two)
  return found
}

function haveSameNames(one: readonly JsonValue[], other: readonly JsonValue[]): boolean {
  return one.length === other.length && one.every((item, index) => haveSameName(item, other[index]))
}

function haveSameKeys(one: JsonObject, other: JsonObject): boolean {
  let count = 0
  for (const key in one) {
    if (!Object.hasOwn(other, key)) return false
    count++
  }
  return count === Object.keys(other).length
}

function haveSameName(one: JsonValue, other: JsonValue | undefined): boolean {
  if (!isJsonObject(one) || !isJsonObject(other)) return true
  const name = NAMING.find((field) => Object.hasOwn(one, field))
  return name === undefined || one[name] === other[name]
}

function isScalar(value: JsonValue): boolean {
  return !isJsonObject(value) && !isJsonArray(value)
}
