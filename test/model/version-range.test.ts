import test from 'ava'
import { compareVersions, parseVersion } from '../../src/model/version.ts'
import { exactVersion, isInRange, parseRange } from '../../src/model/version-range.ts'

/** Whether Helm (github.com/Masterminds/semver) finds the version in the range; undefined if either is none. */
const cases: readonly (readonly [range: string, version: string, expected: boolean | undefined])[] = [
  ['1.4.0', '1.4.0', true],
  ['v1.4.0', '1.4.0+build', true],
  ['1.4', '1.4.7', true],
  ['1.4', '1.5.0', false],
  ['^1.4.0', '1.9.0', true],
  ['^1.4.0', '2.0.0', false],
  ['^0.2.3', '0.3.0', false],
  ['^0.2.3', '0.2.9', true],
  ['^0.0.3', '0.0.4', false],
  ['^0', '0.9.0', true],
  ['^*', '1.0.0', false],
  ['~1.2.3', '1.2.9', true],
  ['~1.2.3', '1.3.0', false],
  ['~1', '1.9.0', true],
  ['~>2.0', '2.1.0', false],
  ['1.x', '1.9.9', true],
  ['1.X.x', '2.0.0', false],
  ['*', '9.9.9', true],
  ['*', '9.9.9-rc.1', false],
  ['>=1.2 <2', '1.2.0', true],
  ['>=1.2 <2', '2.0.0', false],
  ['>= 1.2, < 2, != 1.3.1', '1.3.1', false],
  ['>11', '11.1.0', false],
  ['>11.1', '11.2.0', true],
  ['<=1.2', '1.2.9', true],
  ['!=1.x', '1.5.0', false],
  ['=<2', '2.9.9', true],
  ['=>2', '2.0.0', true],
  ['1.2 - 1.4', '1.4.9', true],
  ['1.2 - 1.4.1', '1.4.2', false],
  ['1.x || >=3', '3.1.0', true],
  ['1.x||2.x', '3.1.0', false],
  ['>=1.2.0-0', '1.3.0-rc.1', true],
  ['>=1.2.0', '1.3.0-rc.1', false],
  ['>1.0.0-rc.2', '1.0.0-rc.10', true],
  ['>1.0.0-rc', '1.0.0-2', false],
  ['', '1.0.0', undefined],
  ['latest', '1.0.0', undefined],
  ['==1.0', '1.0.0', undefined],
  ['>=1.2<2', '1.2.0', undefined],
  ['1.x,', '1.2.0', undefined],
  ['1.x ||', '1.2.0', undefined],
  ['1.x', '1.0.0-01', undefined],
  ['1.x', 'one', undefined],
  ['1.x', '1.2.3.4', undefined],
  ['1.x', '99999999999999999999.0.0', undefined],
  ['99999999999999999999', '1.0.0', undefined],
]

for (const [range, version, expected] of cases)
  test(`${version} ${expected ? 'is' : 'is not'} in the range ${JSON.stringify(range)}`, (t) => {
    const [parsed, wanted] = [parseVersion(version), parseRange(range)]
    t.is(parsed && wanted && isInRange(parsed, wanted), expected)
  })

test('only a range of one version is exact', (t) => {
  const exact = [
    '1.4.0',
    ' =v1.4.0',
    '= 1.4.0-rc.1+b',
    '1.4',
    '^1.4.0',
    '1.4.0 || 1.5.0',
    '1.4.0,<2',
    'x',
  ].map(exactVersion)
  t.deepEqual(exact, ['1.4.0', 'v1.4.0', '1.4.0-rc.1+b', ...Array(5).fill(undefined)])
})

test('versions are ordered as semver.org says', (t) => {
  const ordered = [
    '1.0.0-2',
    '1.0.0-10',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-beta',
    '1.0.0',
    '1.0.1',
    '1.2',
    'v2',
  ]
  const sorted = ordered.toReversed().flatMap((text) => {
    const version = parseVersion(text)
    return version ? [{ text, version }] : []
  })
  sorted.sort((a, b) => compareVersions(a.version, b.version))
  t.deepEqual(
    sorted.map(({ text }) => text),
    ordered,
  )
})

test('hostile texts are refused at once', (t) => {
  for (const text of [
    ' '.repeat(1e6),
    '1.'.repeat(1e6),
    `1.0.0-${'a.'.repeat(1e6)}`,
    `1${' || 1'.repeat(1e5)}`,
    `1${' '.repeat(500)}!`,
    '0'.repeat(400),
    `1.0.0-${'0a'.repeat(120)}!`,
  ]) {
    parseVersion(text)
    t.is(parseRange(text), undefined)
  }
  t.is(parseRange(`1${' || 1'.repeat(40)}`), undefined)
})
