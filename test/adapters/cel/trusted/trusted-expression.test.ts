import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import { load } from 'js-yaml'
import { Cel } from '../../../../src/adapters/cel/cel.ts'
import { celValueOf } from '../../../../src/adapters/cel/cel-value.ts'
import { trustedExpression } from '../../../../src/adapters/cel/trusted/trusted-expression.ts'
import { FAILED } from '../../../../src/adapters/cel/trusted/value.ts'
import type { JsonObject } from '../../../../src/model/json.ts'

const OBJECT = {
  text: 'abc',
  one: 1,
  half: 0.5,
  none: null,
  yes: true,
  list: [1, 2, 3],
  items: [{ name: 'a', size: 1 }, { name: 'b' }],
  map: { a: 1, b: 2 },
}

// Both ways of evaluating say the same: of the language, and of all shipped rules.
const cel = new Cel()
const bounded = (text: string) => {
  const expression = cel.compile(text)
  return (object: unknown) => {
    try {
      return plain(expression(celValueOf(object)))
    } catch {
      return FAILED
    }
  }
}

/** Integers of CEL are bigints, and its maps are Maps. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  return value
}

for (const text of [
  'object.text',
  'object.missing',
  'object.map.a + object.one',
  "object.map['b'] - 1",
  'object.list[1]',
  'object.list[7]',
  "object.text + 'd' == 'abcd'",
  'object.text == object.one',
  'object.one == 1.0',
  'object.none == null',
  'object.list == [1, 2, 3]',
  'object.one != 2 && object.text < "b"',
  'object.text < 3',
  'object.missing == 1 || object.yes',
  'object.missing == 1 && object.yes',
  'object.missing == 1 && object.one == 2',
  'object.text || object.yes',
  '!object.yes',
  '-object.one',
  'object.one in object.list',
  "'a' in object.map",
  "'z' in object.map",
  'has(object.text)',
  'has(object.missing)',
  'has(object.missing.more)',
  "object.yes ? 'a' : 'b'",
  "object.text ? 'a' : 'b'",
  'object.list.exists(n, n > 2)',
  'object.items.exists(i, i.size == 1)',
  'object.items.exists(i, i.size == 2)',
  'object.items.all(i, i.size == 1)',
  'object.items.all(i, has(i.name))',
  "object.items.filter(i, i.name == 'b')[0].name",
  'object.items.filter(i, i.size > 0)',
  'object.items.map(i, i.name)',
  'object.list.map(n, n > 1, n + 1)',
  'object.map.exists(key, object.map[key] == 2)',
  'object.list.exists(n, object.items.exists(i, i.size == n))',
  'object.text.exists(c, c == "a")',
  'size(object.list) + size(object.text) + size(object.map)',
  'object.list.size()',
  "object.text.startsWith('a') && object.text.endsWith('c') && object.text.contains('b')",
  "object.text.matches('^a.c$')",
  'object.one.startsWith("a")',
  "object.?missing.orValue('x')",
  "object.?missing.more.orValue('x')",
  "object.?text.orValue('x')",
  "object.map[?'z'].orValue(3)",
  'object.?map.a.hasValue()',
  'string(object.one) + string(object.half) + string(object.yes)',
  "int('12') + 1",
  "int('x')",
  "object.text.split('b')",
  "'ABC'.lowerAscii()",
  "{'a': 1}.a",
])
  test(`${text} is evaluated as by the library`, (t) => {
    t.deepEqual(trustedExpression(text)(OBJECT), bounded(text)(OBJECT))
  })

test('what is not known of the language is refused when it is compiled', (t) => {
  for (const text of ['object.one * 2', 'unknown(object)', 'other', 'object.'])
    t.throws(() => trustedExpression(text), undefined, text)
})

test('an object has no other fields than its own', (t) => {
  for (const text of ['object.constructor', 'object.map.__proto__', "object.list['length']"])
    t.is(trustedExpression(text)(OBJECT), FAILED, text)
})

const RULES = new URL('../../../../src/stages/health/rules/', import.meta.url)

test('the expressions of all shipped rules say of all their cases what the library says', (t) => {
  const read = (file: string) => load(readFileSync(new URL(file, RULES), 'utf8')) as readonly JsonObject[]
  const files = readdirSync(RULES).filter((file) => !file.endsWith('.cases.yaml'))
  let compared = 0
  for (const file of files) {
    const objects = read(file.replace('.yaml', '.cases.yaml')).flatMap((each) => Object.values(each))
    const texts = read(file).flatMap((rule) =>
      ['suspended', 'degraded', 'progressing', 'healthy', 'message'].map((field) => rule[field]),
    )
    for (const text of texts) {
      if (typeof text !== 'string') continue
      const [trusted, other] = [trustedExpression(text), bounded(text)]
      for (const parts of objects) {
        const object = { metadata: { name: 'a' }, ...(parts as JsonObject) }
        t.deepEqual(trusted(object), other(object), `${file}: ${text}: ${JSON.stringify(object)}`)
        compared += 1
      }
    }
  }
  t.true(compared > 1_000)
})
