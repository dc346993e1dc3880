import test from 'ava'
import { aftermath, heldOf } from '../../../src/control/review/aftermath.ts'
import { isOnItsWay } from '../../../src/control/review/is-on-its-way.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'
import type { ReviewedInstallation, Transition } from '../../../src/stages/review/cluster-review.ts'

const MERGE = '2'.padStart(40, '0')
const BEFORE = '1'.padStart(40, '0')

function status(name: string, rest: Partial<InstallationStatus> = {}): InstallationStatus {
  const objects = { declared: 1, healthy: 1 }
  return { name, state: 'healthy', commit: MERGE, source: '', objects, changes: [], problems: [], ...rest }
}

const problems = [{ code: 'not-reviewed', message: 'another' }]
const acted = (...names: string[]): readonly ReviewedInstallation[] =>
  names.map((name) => ({ name, effect: 'changed', digest: 'd' }))

test('a pull request says which installations are held as that is not what was reviewed', (t) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const held = new Set(names.slice(1))
  const input = {
    acted: acted(...names),
    hasArrived: true,
    status: (name: string) => status(name, held.has(name) ? { state: 'invalid', problems } : {}),
    isRolling: () => false,
    elapsedMs: 0,
  }
  t.is(heldOf(input)?.text, 'held in 6 installations: not what was reviewed (b, c, d, e, f and 1 more)')
  t.is(heldOf({ ...input, acted: acted('b') })?.text, 'held in 1 installation: not what was reviewed (b)')
  t.is(heldOf({ ...input, hasArrived: false }), undefined)
  t.is(heldOf({ ...input, acted: acted('a') }), undefined)
})

test('a merged change is not told as done while rollouts bring it to installations', (t) => {
  const input = {
    acted: acted('a', 'b'),
    hasArrived: true,
    status: (name: string) => status(name),
    isRolling: (name: string) => name === 'b',
    elapsedMs: 0,
  }
  t.is(aftermath(input), undefined)
  t.like(aftermath({ ...input, elapsedMs: HOUR }), {
    text: 'healthy, and rollouts go on in 1 of 2',
    isWell: true,
  })
  t.is(aftermath({ ...input, isRolling: () => false })?.text, 'healthy in all 2 installations after 0 s')
})

const HOUR = 3_600_000
const rows: readonly (readonly [
  title: string,
  to: string,
  found: InstallationStatus | undefined,
  elapsedMs: number,
  is: boolean,
])[] = [
  ['healthy after the merge', 's', status('a'), 0, false],
  ['healthy, and its record is older than the merge', 's', status('a', { commit: BEFORE }), 0, true],
  ['the same for long', 's', status('a', { commit: BEFORE }), 2 * HOUR, false],
  ['held for long', 's', status('a', { applied: revisionAt(BEFORE) }), 2 * HOUR, true],
  ['a new one that is held', 's', status('a', { state: 'invalid' }), 2 * HOUR, true],
  ['not there yet', 's', undefined, 0, true],
  ['to be removed', '', status('a'), 2 * HOUR, true],
  ['removed', '', undefined, 0, false],
]

for (const [title, to, found, elapsedMs, is] of rows)
  test(`the review of a merged change stays as long as an installation is on its way: ${title}`, async (t) => {
    const transitions: readonly Transition[] = [{ name: 'a', from: 'r', to }]
    const document = { merged: { commit: MERGE, seal: 's' }, allows: { transitions, seal: 's' } }
    const options = {
      hasArrived: async () => true,
      isAfter: async (commit: string, before: string) => commit >= before,
      status: () => found,
      isRolling: () => false,
      elapsedMs,
    }
    t.is(await isOnItsWay(document, options), is)
    t.true(await isOnItsWay(document, { ...options, hasArrived: async () => false }))
    t.true(await isOnItsWay(document, { ...options, isRolling: () => true }))
  })
