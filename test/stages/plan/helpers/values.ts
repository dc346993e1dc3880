import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import type { ListKey, ObjectShape, Shape } from './shapes.ts'

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
    case 'int-or-string':
      return fc.constantFrom<JsonValue>(80, '80', 'http')
    case 'nullable':
      return fc.constantFrom<JsonValue>(...words, null)
    case 'any':
      return anyValue
    case 'object':
      return shape.open ? openObjectOf(shape) : objectOf(shape.fields)
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

/** With fields that no schema has. */
function openObjectOf({ fields }: ObjectShape): fc.Arbitrary<JsonObject> {
  const unknown = fc.dictionary(fc.constantFrom('unknown', 'other'), anyValue, {
    maxKeys: 2,
    noNullPrototype: true,
  })
  return fc.tuple(unknown, objectOf(fields)).map(([rest, known]) => ({ ...rest, ...known }))
}

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
  const has = (key: ListKey) => shape.keys.includes(key)
  const protocol = has('protocol') ? fc.constantFrom(undefined, 'TCP', 'UDP') : fc.constant(undefined)
  const index = has('index') ? fc.constantFrom(undefined, 0, 1) : fc.constant(undefined)
  return fc
    .tuple(fc.constantFrom(...words), protocol, index, objectOf(shape.fields))
    .map(([name, protocol, index, rest]) => ({
      ...rest,
      name,
      ...(protocol !== undefined && { protocol }),
      ...(index !== undefined && { index }),
    }))
}

/** What identifies an element, with the defaults of its keys. */
export function elementName(element: JsonValue): string {
  const { name, protocol, index } = element as JsonObject
  return `${String(name)}/${String(protocol ?? 'TCP')}/${String(index ?? 0)}`
}
