import { isJsonArray, isJsonNumber, isJsonObject } from '../../model/json.ts'
import { celNumberOf } from './cel-number.ts'

/** Maximum depth: no object of Kubernetes is as deep, and a deeper one could exhaust the stack. */
const DEEPEST = 200

/**
 * A JSON value for CEL: whole numbers are int, others double; values nested too deeply are null. Objects
 * become Maps, which have only the fields of the object: `constructor` or `__proto__` is a missing field.
 */
export function celValueOf(value: unknown, depth = 0): unknown {
  if (isJsonNumber(value)) return celNumberOf(value)
  if (depth > DEEPEST) return null
  if (isJsonArray(value)) return value.map((item) => celValueOf(item, depth + 1))
  if (!isJsonObject(value)) return value
  return new Map(Object.entries(value).map(([key, item]) => [key, celValueOf(item, depth + 1)]))
}
