import test from 'ava'
import fc from 'fast-check'
import { decodedText, standInFor, standInForNumber } from '../../../../src/stages/render/secrets/stand-in.ts'

const classOf = (char: string) => [/[a-z]/, /[A-Z]/, /\d/].findIndex((each) => each.test(char))

test('letters and digits have others of their class in each place', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), (text) => {
      fc.pre(decodedText(text) === undefined)
      const other = standInFor(text)
      t.is(other.length, text.length)
      for (const [index, char] of [...text].entries()) {
        t.is(classOf(other[index] ?? ''), classOf(char))
        if (/[\da-z]/i.test(char)) t.not(other[index], char)
      }
      t.is(standInFor(text), other)
    }),
  )
})

for (const [what, text, shape] of [
  [
    'a URL',
    'https://me:p4ss@db.example.com:5432/app?x=1',
    /^\w+:\/\/\w+:\w+@\w+\.\w+\.\w+:[1-9]\d{3}\/\w+\?\w=\d$/,
  ],
  ['JSON', '{"user": "me", "port": 80}', /^\{"\w{4}": "\w\w", "\w{4}": \d\d\}$/],
  ['a UUID', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/],
  ['a number', '70900', /^[1-9]\d{4}$/],
  ['an e-mail address', 'ann.lee@example.com', /^[a-z]{3}\.[a-z]{3}@[a-z]{7}\.[a-z]{3}$/],
  [
    'a key of several lines',
    '-----BEGIN X-----\nabc=\n-----END X-----\n',
    /^-----[A-Z]{5} [A-Z]-----\n[a-z]{3}=\n-----[A-Z]{3} [A-Z]-----\n$/,
  ],
] as const)
  test(`a stand-in has the form of ${what}`, (t) => {
    t.regex(standInFor(text), shape)
    t.not(standInFor(text), text)
  })

test('base64 of a text stays base64 of a text', (t) => {
  const text = Buffer.from('user:password').toString('base64')
  const decoded = decodedText(standInFor(text))
  t.regex(decoded ?? '', /^[a-z]{4}:[a-z]{8}$/)
  t.not(decoded, 'user:password')
})

test('no four characters of a secret are the same in its stand-in', (t) => {
  for (const text of ['a----b', 'x====', '!@#$%^&*()', '.._..__', '&&&&&&', '%2B%2F%3D', 'p@$$w0rd!!!!'])
    for (let at = 0; at + 4 <= text.length; at++)
      t.not(standInFor(text).slice(at, at + 4), text.slice(at, at + 4), text)
})

test('a stand-in has another character in each place, of as many bytes, whatever characters a secret is made of', (t) => {
  for (const text of [
    '🔥💧🌍🌬🔥💧',
    '€€££¥¥§§',
    '٠١٢٣٤٥٦٧',
    'パスワードーー',
    '\u200b\u200c\u200d\u200b',
    'ñandú',
    ' \u00a0\u2003',
  ]) {
    const [chars, others] = [Array.from(text), Array.from(standInFor(text))]
    t.is(others.length, chars.length)
    t.true(
      chars.every((char, at) => char === ' ' || others[at] !== char),
      text,
    )
    t.is(Buffer.byteLength(standInFor(text)), Buffer.byteLength(text))
  }
})

test('a text of nothing but spaces and separators has a stand-in', (t) => {
  for (const text of ['    \t  \t\t ', ':,:,', '/', '::', ', ', '\n']) t.not(standInFor(text), text)
})

test('a number has one of as many digits, not above it where that is possible', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: Number.MAX_SAFE_INTEGER }), (number) => {
      const other = standInForNumber(number)
      t.is(String(other).length, String(number).length)
      t.true(String(number).startsWith('1') || other < number)
      for (const [index, digit] of [...String(number)].entries()) t.not(String(other)[index], digit)
    }),
  )
  t.is(typeof standInForNumber(12345678901234567890n), 'bigint')
  t.true(Number.isFinite(standInForNumber(1.5e300)))
})
