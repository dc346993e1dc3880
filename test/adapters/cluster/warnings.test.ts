import test from 'ava'
import { warningsIn } from '../../../src/adapters/cluster/warnings.ts'

const cases: readonly (readonly [string | string[], string[]])[] = [
  ['299 - "policy/v1beta1 is deprecated"', ['policy/v1beta1 is deprecated']],
  [
    ['299 - "one"', '299 - "two"'],
    ['one', 'two'],
  ],
  ['299 - "one", 299 - "two, with a comma"', ['one', 'two, with a comma']],
  ['299 - "unknown field \\"spec.foo\\""', ['unknown field "spec.foo"']],
  ['299 kube "with an agent" "Wed, 21 Oct 2026 07:28:00 GMT"', ['with an agent']],
  ['110 - "response is stale"', []],
  ['nonsense', []],
]

for (const [header, expected] of cases) {
  test(`warnings in ${JSON.stringify(header)}`, (t) => {
    t.deepEqual(warningsIn(header), expected)
  })
}
