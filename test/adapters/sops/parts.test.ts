import test from 'ava'
import { formatNumber } from '../../../src/adapters/sops/go-number.ts'
import { isSopsDocument } from '../../../src/adapters/sops/is-sops-document.ts'
import { matchingKeys } from '../../../src/adapters/sops/matching-keys.ts'
import { joinShares } from '../../../src/adapters/sops/shamir.ts'

/** As Go's strconv.FormatFloat(x, 'f', -1, 64) writes them. */
const numbers: readonly (readonly [number: number, text: string])[] = [
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [100, '100'],
  [1e20, '100000000000000000000'],
  [1e21, '1000000000000000000000'],
  [-1.25e22, '-12500000000000000000000'],
  [1e23, '100000000000000000000000'],
  [1e-6, '0.000001'],
  [1e-7, '0.0000001'],
  [-1.25e-9, '-0.00000000125'],
  [5e-324, `0.${'0'.repeat(323)}5`],
  [Number.MAX_VALUE, `17976931348623157${'0'.repeat(292)}`],
]

for (const [number, text] of numbers) {
  test(`${Object.is(number, -0) ? '-0' : number} goes into the MAC without an exponent`, (t) => {
    t.is(formatNumber(number), text)
  })
}

test('a document counts as encrypted by SOPS when it has a MAC or recipients', (t) => {
  t.true(isSopsDocument({ sops: { mac: 'x', age: [] } }))
  t.true(isSopsDocument({ sops: { mac: 'x' } }))
  t.true(isSopsDocument({ sops: { key_groups: [] } }))
  t.false(isSopsDocument({ sops: { mac: null } }))
  t.false(isSopsDocument({ sops: { replicas: 3 } }))
  t.false(isSopsDocument({ sops: 'x' }))
  t.false(isSopsDocument({ kind: 'Secret' }))
  t.false(isSopsDocument(Object.create({ sops: { mac: 'x' } })))
  t.false(isSopsDocument([]))
  t.false(isSopsDocument(null))
})

test('shares that cannot be of one secret are not joined', (t) => {
  const share = Uint8Array.of(1, 2, 3)
  t.is(joinShares([]), undefined)
  t.is(joinShares([share]), undefined)
  t.is(joinShares([share, share]), undefined)
  t.is(joinShares([share, Uint8Array.of(1, 4)]), undefined)
  t.is(joinShares([Uint8Array.of(1), Uint8Array.of(2)]), undefined)
})

test('any two points give the line that they are on', (t) => {
  // 7 + 5x over GF(2⁸): 2 at x = 1, 13 at x = 2, 8 at x = 3.
  const points = [Uint8Array.of(2, 1), Uint8Array.of(13, 2), Uint8Array.of(8, 3)]
  for (const left of [0, 1, 2]) t.deepEqual(joinShares(points.toSpliced(left, 1)), Uint8Array.of(7))
  t.deepEqual(joinShares(points), Uint8Array.of(7))
})

/** Patterns of RE2, and which of the keys below they match. */
const patterns: readonly (readonly [pattern: string, keys: string])[] = [
  ['^(data|a-b)$', 'data a-b'],
  ['(?i)DATA', 'data data2'],
  ['DATA', ''],
  ['a\\-b', 'a-b'],
  ['^[a\\-]+', 'a-b'],
  ['\\Adata\\z', 'data'],
  ['^data\\d$', 'data2'],
  ['\\(\\?=', '(?='],
  ['\\\\1', '\\1'],
]

for (const [pattern, expected] of patterns) {
  test(`the pattern ${pattern} matches the keys that it matches in Go: ${expected || 'none'}`, (t) => {
    const keys = ['data', 'data2', 'a-b', '(?=', '\\1'].map((key) => [key, null] as const)
    const matched = matchingKeys({ name: 'encrypted_regex', text: pattern }, [Object.fromEntries(keys)])
    t.is([...matched].join(' '), expected)
  })
}
