import test from 'ava'
import { nextRelease, type PastRelease } from '../../src/model/release.ts'

const past = (revision: number, isInstalled: boolean): PastRelease => ({
  release: { digest: 'a', revision },
  isInstalled,
})

for (const [what, digest, before, revision] of [
  ['the first release', 'a', undefined, 1],
  [
    'the first release of an installation that has a record',
    'a',
    { release: undefined, isInstalled: true },
    1,
  ],
  ['a release without a change', 'a', past(3, true), 3],
  ['a change before everything was installed', 'b', past(1, false), 1],
  ['a change after that', 'b', past(1, true), 2],
  ['a change of an upgrade that did not come to an end', 'b', past(2, false), 3],
] satisfies readonly (readonly [string, string, PastRelease | undefined, number])[])
  test(`${what} has revision ${revision}`, (t) => {
    t.deepEqual(nextRelease(digest, before), { digest, revision })
  })
