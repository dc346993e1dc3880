import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../src/model/json.ts'
import type { Shape } from './shapes.ts'

const words = ['one', 'two', 'three', 'four']

/** A value as a person would declare it: any field may be missing, null or empty. */
export function arbitraryValue(shape: Shape): fc.Arbitrary<JsonValue> {
  switch (shape.type) {
    case 'string':
      return fc.constantFrom(...words, 'preset')
    case 'integer':
      return fc.constantFrom(0, 1, 7, 80)
    case 'boolean':
      return fc.boolean()
    case 'quantity':
      return fc.constantFrom('1', '1000m', '500m', '0.5', '1Gi', '1024Mi', 1)
    case 'any':
      return anyValue
    case 'object':
      return objectOf(shape.fields)
    case 'map':
      return fc.dictionary(fc.constantFrom(...words), arbitraryValue(shape.values), {
        maxKeys: 3,
        noNullPrototype: true,
      })
    case 'list':
      return listOf(shape)
  }
}

const { anyValue } = fc.letrec<{ anyValue: JsonValue }>((tie) => ({
  anyValue: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.constantFrom<JsonValue>('one', 'two', 1, true),
    fc.dictionary(fc.constantFrom(...words), tie('anyValue'), {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.array(tie('anyValue'), { maxLength: 2 }),
  ),
}))

function objectOf(fields: Readonly<Record<string, Shape>>): fc.Arbitrary<JsonObject> {
  const entries = Object.entries(fields).map(([name, shape]) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof({ weight: 6, arbitrary: arbitraryValue(shape) }, missing, missing, nothing),
    ),
  )
  return fc
    .tuple(...entries)
    .map((pairs) =>
      Object.fromEntries(pairs.filter((pair): pair is [string, JsonValue] => pair[1] !== undefined)),
    )
}

const missing = { weight: 1, arbitrary: fc.constant(undefined) }
const nothing = { weight: 1, arbitrary: fc.constant(null) }

function listOf(shape: Extract<Shape, { type: 'list' }>): fc.Arbitrary<JsonValue> {
  if (shape.merge === 'atomic') return fc.array(arbitraryValue(shape.items), { maxLength: 3 })
  if (shape.merge === 'set') return fc.uniqueArray(fc.constantFrom(...words), { maxLength: 3 })
  return fc.uniqueArray(elementOf(shape), { maxLength: 4, selector: elementName })
}

function elementOf(shape: Extract<Shape, { merge: 'map' }>): fc.Arbitrary<JsonObject> {
  const protocol = shape.twoKeys ? fc.constantFrom(undefined, 'TCP', 'UDP') : fc.constant(undefined)
  return fc
    .tuple(fc.constantFrom(...words), protocol, objectOf(shape.fields))
    .map(([name, protocol, rest]) => ({ ...rest, name, ...(protocol !== undefined && { protocol }) }))
}

/** What identifies an element, with the default of its second key. */
export function elementName(element: JsonValue): string {
  const { name, protocol } = element as JsonObject
  return `${String(name)}/${String(protocol ?? 'TCP')}`
}
