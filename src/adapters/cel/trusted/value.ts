import { isDeepStrictEqual } from 'node:util'
import { isJsonArray, isJsonObject } from '../../../model/json.ts'

/** The value of an expression that fails, such as for a missing field. */
export const FAILED = Symbol('failed')

/** An optional value of CEL (`object.?status`): without a value where a field is missing. */
export class Optional {
  readonly value: unknown

  /** @param value undefined for none */
  constructor(value: unknown) {
    this.value = value
  }
}

export const NONE = new Optional(undefined)

/** A field of a map, or an item of a list; undefined where it is missing. */
export function partOf(value: unknown, key: unknown): unknown {
  if (isJsonArray(value)) return typeof key === 'number' ? value[key] : undefined
  if (!isJsonObject(value) || typeof key !== 'string') return undefined
  return Object.hasOwn(value, key) ? value[key] : undefined
}

/** Numbers are equal whatever their type; values of other types are not. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one === 'bigint' || typeof other === 'bigint') return compare(one, other) === 0
  return typeof one === 'object' && typeof other === 'object' && isDeepStrictEqual(one, other)
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Below 0, 0 or above 0; FAILED where the values have no order. */
export function compare(one: unknown, other: unknown): number | typeof FAILED {
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0
  if (!isNumeric(one) || !isNumeric(other)) return FAILED
  return one < other ? -1 : one > other ? 1 : 0
}

/** The items of a list or the keys of a map; undefined for other values. */
export function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (isJsonArray(value)) return value
  return isJsonObject(value) ? Object.keys(value) : undefined
}
