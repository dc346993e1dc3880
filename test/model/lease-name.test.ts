import { createHash } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { readLabelValue } from '../../src/cli/options/read-name.ts'
import { leaseName } from '../../src/model/lease-name.ts'

/** What a Lease may be called (RFC 1123 subdomain). */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

for (const [name, lease] of [
  ['default', 'reeve-default'],
  ['team-a.east', 'reeve-team-a.east'],
  ['Team_A', 'reeve.team-a.e61a548267596fe2'],
  ['a-.b', `reeve.a--b.${createHash('sha256').update('a-.b').digest('hex').slice(0, 16)}`],
] as const) {
  test(`the Lease of ${name} has a name that the API server takes`, (t) => {
    t.is(leaseName(name), lease)
  })
}

test('every name has a Lease of its own', (t) => {
  const part = fc.constantFrom('a', 'A', '_', '.', '-', '1', 'reeve', '0123456789abcdef')
  const names = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
  const valid = names.filter((name) => 'value' in readLabelValue(name))
  fc.assert(
    fc.property(valid, valid, (a, b) => {
      t.regex(leaseName(a), OBJECT_NAME)
      t.true(leaseName(a).length <= 253)
      return a === b || leaseName(a) !== leaseName(b)
    }),
    { numRuns: 2_000 },
  )
})
