import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { type Step, stepOf } from '../../../model/sensitive.ts'

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

/** Fields that name an element in paths. */
const NAMING = [
  'name',
  'mountPath',
  'devicePath',
  'containerPort',
  'port',
  'ip',
  'topologyKey',
  'key',
  'type',
]

export function* differences(
  value: JsonValue,
  other: JsonValue,
  steps: readonly Step[] = [],
  pointer = '',
): Generator<Difference> {
  if (isSame(value, other)) return
  if (isScalar(value) && isScalar(other)) {
    yield { steps, pointer, isClosed: false, value, other }
    return
  }
  const parts = partsOf(value, other)
  if (parts === undefined) yield { steps, pointer, isClosed: true, value, other }
  else
    for (const { step, token, child, same } of parts)
      yield* differences(child, same, [...steps, step], `${pointer}/${token}`)
}

/** Compares first: most of a rendering is the same, and needs no paths. */
function isSame(value: JsonValue, other: JsonValue | undefined): boolean {
  if (value === other) return true
  if (isJsonArray(value))
    return (
      isJsonArray(other) &&
      value.length === other.length &&
      value.every((item, index) => isSame(item, other[index]))
    )
  if (!isJsonObject(value) || !isJsonObject(other)) return false
  let count = 0
  for (const key in value) {
    if (!Object.hasOwn(other, key) || !isSame(value[key] ?? null, other[key] ?? null)) return false
    count++
  }
  return count === Object.keys(other).length
}

interface Part {
  readonly step: Step
  readonly token: string
  readonly child: JsonValue
  /** In the other rendering. */
  readonly same: JsonValue
}

/** The parts of two mappings or lists, where they have the same. */
function partsOf(value: JsonValue, other: JsonValue): readonly Part[] | undefined {
  if (isJsonObject(value) && isJsonObject(other) && haveSameKeys(value, other))
    return Object.entries(value).map(([key, child]) => ({
      step: key,
      token: escapeToken(key),
      child,
      same: other[key] ?? null,
    }))
  if (isJsonArray(value) && isJsonArray(other) && haveSameNames(value, other))
    return value.map((item, index) => ({
      step: stepOf(item),
      token: String(index),
      child: item,
      same: other[index] ?? null,
    }))
  return undefined
}

function haveSameNames(one: readonly JsonValue[], other: readonly JsonValue[]): boolean {
  return one.length === other.length && one.every((item, index) => haveSameName(item, other[index]))
}

function haveSameKeys(one: JsonObject, other: JsonObject): boolean {
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key))
}

function haveSameName(one: JsonValue, other: JsonValue | undefined): boolean {
  if (!isJsonObject(one) || !isJsonObject(other)) return true
  const name = NAMING.find((field) => Object.hasOwn(one, field))
  return name === undefined || one[name] === other[name]
}

function isScalar(value: JsonValue): boolean {
  return !isJsonObject(value) && !isJsonArray(value)
}
