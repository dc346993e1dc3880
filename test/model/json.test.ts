import test from 'ava'
import fc from 'fast-check'
import { exactNumber } from '../../src/model/exact-integer.ts'
import { hasLongInteger } from '../../src/model/has-long-integer.ts'
import { isJsonObject, parseJson, readJson, writeJson } from '../../src/model/json.ts'

const LONG = [
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '18446744073709551615',
  '123456789012345678901234567890',
]

test('an integer is read and written with all its digits', (t) => {
  for (const text of LONG) {
    t.is(readJson(text), BigInt(text))
    for (const body of [
      `{"a":${text}}`,
      `{"a":[1,${text},${text}],"b":{"__proto__":${text}}}`,
      `[${text},1.5]`,
    ])
      t.is(writeJson(readJson(body)), body)
  }
  t.deepEqual(readJson('{ "a" : -9007199254740993 ,\n"b": [\t9007199254740993]}'), {
    a: -9007199254740993n,
    b: [9007199254740993n],
  })
})

test('an integer that a number is written like is one', (t) => {
  for (const text of ['9007199254740991', '9007199254740992', '9223372036854775000', '-9223372036854776000'])
    t.is(readJson(text), Number(text))
  t.is(
    readJson('[1e21,9007199254740993.0,1.7976931348623157e308]')?.toString(),
    '1e+21,9007199254740992,1.7976931348623157e+308',
  )
  t.is(readJson('0'), 0)
  t.is(readJson(`1${'0'.repeat(400)}`), Number.POSITIVE_INFINITY)
})

test('texts of digits stay texts', (t) => {
  const text = '{"a":"9007199254740993","9007199254740993":":9007199254740993"}'
  t.is(writeJson(readJson(text)), text)
})

test('what is no JSON is told, and what cannot be written throws', (t) => {
  t.is(parseJson('[9007199254740993'), undefined)
  t.is(parseJson('[09007199254740993]'), undefined)
  const circle: unknown[] = [9007199254740993n]
  circle.push(circle)
  t.throws(() => writeJson(circle), { instanceOf: TypeError })
})

test('a text of any depth is read', (t) => {
  const depth = 100_000
  t.true(Array.isArray(readJson(`${'['.repeat(depth)}9007199254740993${']'.repeat(depth)}`)))
})

test('reading a long integer pollutes no prototype', (t) => {
  const value = readJson('{"__proto__":{"polluted":9007199254740993}}')
  t.true(isJsonObject(value) && Object.hasOwn(value, '__proto__'))
  t.is(Reflect.get({}, 'polluted'), undefined)
})

test('every integer that a double may not hold is found, wherever it stands', (t) => {
  const digits = fc.stringMatching(/^[1-9][0-9]{15,25}$/)
  const before = fc.string({ unit: fc.constantFrom('a', '1', '"', ':', ',', ' '), maxLength: 40 })
  fc.assert(
    fc.property(before, digits, fc.constantFrom('', '-'), (text, integer, sign) =>
      hasLongInteger(`{"${text.replaceAll('"', '')}":${sign}${integer}}`),
    ),
  )
  t.false(hasLongInteger(JSON.stringify({ uid: '1234567890123456', a: 123_456_789_012_345, b: 1.25 })))
})

test('digits without end are looked at once', (t) => {
  const started = performance.now()
  t.false(hasLongInteger(`"${'1'.repeat(5_000_000)}"`))
  t.true(performance.now() - started < 2_000)
})

test('numbers beyond 2^53 are compared by what is written', (t) => {
  t.is(exactNumber(9223372036854775000), 9223372036854775000n)
  t.is(exactNumber(1e21), 1e21)
  t.is(exactNumber(5), 5)
  t.is(exactNumber(0.5), 0.5)
})
