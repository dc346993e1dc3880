import fc from 'fast-check'
import { isJsonNumber, isJsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { ListMerge, ScalarFormat } from '../../../../src/model/schema.ts'
import { CompiledSchema, type MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { keyValue } from '../../../../src/stages/plan/schema/list-index.ts'

const SCALARS: Readonly<Record<ScalarFormat, readonly JsonValue[]>> = {
  plain: ['added', 'x.y/added', 1, true],
  double: [1, 0.5, 9223372036854775807n],
  quantity: ['1500m', '0.5Gi', 2, '1e3'],
  duration: ['90m', '1h30m'],
  time: ['2024-05-01T02:00:00+02:00', '2024-05-01T00:00:00.000000Z'],
  'int-or-string': [1, 'added', '10%'],
  bytes: ['YWRk', 'YWRk\nZWQ='],
}

const DEEPEST = 4

/** A value that the schema has room for. Whether the server takes it, it has to say itself. */
export function exampleOf(schema: MergeSchema, depth = 0): fc.Arbitrary<JsonValue> {
  if (schema.type === 'scalar') return fc.constantFrom(...SCALARS[schema.format])
  if (schema.type === 'list') return listOf(schema, depth)
  if (schema.type === 'any' || !(schema instanceof CompiledSchema))
    return fc.constantFrom<JsonValue>('added', { added: { list: [1] } })
  if (depth >= DEEPEST) return fc.constant({})
  const { fields, values } = schema.body
  if (fields.size === 0) return values ? fc.record({ added: exampleOf(values, depth + 1) }) : fc.constant({})
  return fc
    .shuffledSubarray([...fields], { maxLength: Math.min(2, fields.size) })
    .chain((some) =>
      fc.record(Object.fromEntries(some.map(([name, field]) => [name, exampleOf(field, depth + 1)]))),
    )
}

function listOf(schema: MergeSchema, depth: number): fc.Arbitrary<JsonValue> {
  const items = schema.items()
  return items && depth < DEEPEST ? fc.array(exampleOf(items, depth + 1), { maxLength: 2 }) : fc.constant([])
}

/** Another value of the same type. */
export function otherScalar(value: JsonValue, schema: MergeSchema): fc.Arbitrary<JsonValue> {
  if (typeof value === 'boolean') return fc.constant(!value)
  if (typeof value === 'number') return fc.constantFrom(value + 1, value * 2 + 1)
  if (typeof value === 'bigint') return fc.constant(-value)
  return fc.oneof(fc.constant(`${String(value)}x`), exampleOf(schema))
}

/** What a Go field that is no pointer can't tell from a missing one. */
export function zeroOf(value: JsonValue): JsonValue {
  if (typeof value === 'boolean') return false
  return isJsonNumber(value) ? 0 : ''
}

/** An element like this one, under another key. */
export function underOtherKey(element: JsonValue, merge: ListMerge): JsonValue {
  if (merge.type === 'atomic') return element
  if (merge.type === 'set' || !isJsonObject(element)) return otherThan(element)
  const key = merge.keys.find((one) => typeof keyValue(element, one) === 'number') ?? merge.keys[0]
  return key === undefined ? element : { ...element, [key.name]: otherThan(keyValue(element, key) ?? 'none') }
}

function otherThan(scalar: JsonValue): JsonValue {
  if (typeof scalar === 'boolean') return !scalar
  return typeof scalar === 'number' ? scalar + 1000 : `${String(scalar)}-added`
}
