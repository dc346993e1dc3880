import test from 'ava'
import { pino } from 'pino'
import { PendingDeletions } from '../../../src/control/deletion/pending-deletions.ts'
import type { CommitTrees } from '../../../src/control/fleet/commit-trees.ts'
import { NO_COMPOSITIONS } from '../../../src/control/fleet/compositions.ts'
import type { RemovedInstallation } from '../../../src/control/fleet/last-declarations.ts'
import type { DeletionPolicy } from '../../../src/model/deletion.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { InstallationState, InstallationStatus } from '../../../src/model/status.ts'
import type { Transition } from '../../../src/stages/report/statuses.ts'

const DAY = 86_400_000
const HEAD = 'f'.repeat(40)
const REVISION = { own: 'a'.repeat(40), inherited: 'a'.repeat(40) }

/** Removals of installations of one group, on a clock of their own. */
function removals(policy: Partial<DeletionPolicy> | undefined) {
  let now = Date.parse('2026-01-01T00:00:00Z')
  let told: ((transition: Transition) => void) | undefined
  const states = new Map<string, InstallationState>()
  const deletion = policy && { grace: 0, isProtected: false, ...policy }
  const last: RemovedInstallation = {
    revision: REVISION,
    groups: ['all'],
    dependsOn: [],
    ...(deletion && { deletion }),
  }
  const deletions = new PendingDeletions({
    inner: { compose: async () => NO_COMPOSITIONS, noteMade: () => false },
    trees: {} as CommitTrees,
    statuses: {
      all: () => [],
      get: (name) => ({ state: states.get(name) }) as InstallationStatus,
      onTransition: (listener) => {
        told = listener
        return () => {}
      },
    },
    sampleOf: () => ({}) as LiveObject,
    readMarks: async () => {},
    lastSaid: async () => last,
    appliedOf: async () => undefined,
    sealer: () => undefined,
    areRecordsOwn: () => true,
    recompose: async () => {},
    now: () => now,
    onUnforeseen: () => {},
    log: pino({ level: 'silent' }),
  })
  return {
    deletions,
    pass: (ms: number) => {
      now += ms
    },
    is: (name: string, state: InstallationState) => states.set(name, state),
    gone: (name: string) =>
      told?.({ name, before: undefined, after: undefined, writes: [] } as unknown as Transition),
    wait: async (name: string, more = {}) =>
      deletions.waitOf({
        name,
        head: HEAD,
        isAllowed: true,
        isWhole: true,
        sample: {} as LiveObject,
        ...more,
      }),
  }
}

test('without a policy it goes at once', async (t) => {
  const { wait, deletions } = removals(undefined)
  t.is(await wait('a'), undefined)
  t.is(deletions.recordOf('a'), undefined)
})

test('it goes when its grace is over, and what allowed it then still does', async (t) => {
  const { wait, pass, deletions } = removals({ grace: DAY })
  t.regex((await wait('a'))?.reason ?? '', /2026-01-02T00:00:00Z/)
  t.like(deletions.recordOf('a'), { since: '2026-01-01T00:00:00Z', revision: REVISION, isAllowed: true })
  pass(DAY - 1)
  t.not(await wait('a'), undefined)
  pass(1)
  t.is(await wait('a', { isAllowed: false }), undefined)
  t.true(deletions.isAllowed('a'))
  t.true(deletions.recordOf('a')?.isGoing)
})

test('while something else keeps a part of it, its grace does not begin', async (t) => {
  const { wait, deletions } = removals({ grace: DAY })
  t.not(await wait('a', { isWhole: false }), undefined)
  t.is(deletions.recordOf('a'), undefined)
})

test('so many of a group fall asleep at a time, and so many go at a time', async (t) => {
  const { wait, is, pass, gone, deletions } = removals({ grace: DAY, deleteAtMost: 2 })
  for (const name of ['a', 'b']) t.is((await wait(name))?.on, undefined)
  t.is((await wait('c'))?.on, 'a')
  t.is(deletions.recordOf('c'), undefined)
  is('a', 'deletion-pending')
  t.is((await wait('c'))?.on, undefined, 'its grace begins')
  for (const name of ['b', 'c']) is(name, 'deletion-pending')
  pass(DAY)
  t.is(await wait('a'), undefined)
  t.is(await wait('b'), undefined)
  t.is((await wait('c'))?.on, 'a')
  is('a', 'deleting')
  t.is((await wait('c'))?.on, 'a')
  gone('a')
  t.is(await wait('c'), undefined)
})

test('without a grace so many of a group go at a time', async (t) => {
  const { wait, gone } = removals({ deleteAtMost: 1 })
  t.is(await wait('a'), undefined)
  t.is((await wait('b'))?.on, 'a')
  gone('a')
  t.is(await wait('b'), undefined)
})

test('a protected one is refused', async (t) => {
  t.is((await removals({ isProtected: true }).deletions.refusal('a', HEAD))?.code, 'installation-protected')
  t.is(await removals({ grace: DAY }).deletions.refusal('a', HEAD), undefined)
})
