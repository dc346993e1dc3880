import test from 'ava'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import type { Defect } from '../../../../src/stages/declare/defect.ts'
import { fill, fillable } from '../../../../src/stages/declare/references/fillable.ts'
import { Room } from '../../../../src/stages/declare/references/room.ts'
import { Random } from '../../../helpers/random.ts'

const SCOPES: readonly JsonObject[] = [
  { values: { a: 'one', b: 2, list: ['x', 'y'], map: { k: 'v' }, key: 'name' } },
  { values: { a: 'two', b: 2, list: ['x', 'y'], map: { k: 'w' }, key: 'name' } },
  { values: { a: 'one', b: 3, list: [], map: { k: 'v' }, key: 'other' } },
]
const TEXTS = [
  'plain',
  '${values.a}',
  '${values.b}',
  'a ${values.a} and ${values.b}',
  '${values.list}',
  '${values.map}',
  '${values.missing:-7}',
  '${values.missing}',
  '${unclosed',
  '$${values.a}',
]
const KEYS = ['a', 'b/c', '__proto__', 'constructor', '${values.key}', '${values.a}']

function anyValue(random: Random, depth: number): JsonValue {
  if (depth === 0 || random.chance(0.3)) return random.chance(0.8) ? random.pick(TEXTS) : random.between(0, 8)
  const count = random.between(0, 3)
  if (random.chance(0.4)) return Array.from({ length: count }, () => anyValue(random, depth - 1))
  const mapping: Record<string, JsonValue> = Object.create(null)
  for (let i = 0; i < count; i++) mapping[random.pick(KEYS)] = anyValue(random, depth - 1)
  return mapping
}

function filled(value: JsonValue, scope: JsonObject, before?: JsonValue) {
  const form = fillable(value, '')
  const defects: Defect[] = []
  const room = new Room()
  const result = form ? fill(form, { scope, defects, room }, before) : value
  return { result, defects, used: room.used }
}

test('what shares parts with an earlier result is what is filled in anew', (t) => {
  const random = new Random('fillable')
  for (let run = 0; run < 3000; run++) {
    const value = anyValue(random, 4)
    const [one, other] = [random.pick(SCOPES), random.pick(SCOPES)]
    const before = filled(value, one)
    const text = JSON.stringify(before)
    t.deepEqual(
      filled(value, other, before.result),
      filled(value, other),
      JSON.stringify([value, one, other]),
    )
    t.is(JSON.stringify(before), text, 'the earlier result has changed')
  }
})

test('parts without references, and parts that are filled in alike, are not made again', (t) => {
  const value = { plain: { a: ['b'] }, same: { n: ['${values.b}'] }, other: { n: ['${values.a}'] } }
  const { result: before } = filled(value, SCOPES[0] ?? {})
  const { result: after } = filled(value, SCOPES[1] ?? {}, before)
  const [one, two] = [before as typeof value, after as typeof value]
  t.is(one.plain, value.plain)
  t.is(two.plain, value.plain)
  t.is(two.same, one.same)
  t.deepEqual(two.other, { n: ['two'] })
  t.is(filled(value, SCOPES[0] ?? {}, before).result, before)
})
