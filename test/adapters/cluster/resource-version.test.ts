import test from 'ava'
import { isNewer } from '../../../src/adapters/cluster/resource-version.ts'

const cases: readonly (readonly [string, string, boolean])[] = [
  ['2', '1', true],
  ['1', '2', false],
  ['1', '1', false],
  ['10', '9', true],
  ['9', '10', false],
  ['18446744073709551617', '18446744073709551616', true],
  ['18446744073709551616', '18446744073709551617', false],
  ['opaque', '5', true],
  ['5', 'opaque', true],
  ['opaque', 'opaque', false],
]

for (const [version, than, expected] of cases) {
  test(`${version} is ${expected ? '' : 'not '}newer than ${than}`, (t) => {
    t.is(isNewer(version, than), expected)
  })
}
