import test from 'ava'
import type { Fleet } from '../../../src/control/fleet/fleet.ts'
import type { Proposal } from '../../../src/control/propose/propose-lock.ts'
import { VersionProposer } from '../../../src/control/propose/version-proposer.ts'
import { fault } from '../../../src/model/fault.ts'
import { createLog } from '../../../src/support/telemetry/log.ts'
import { declareFiles, type RepositoryFiles } from '../../helpers/declare-files.ts'
import { until } from '../../helpers/until.ts'

const ranged = (version: string): RepositoryFiles => ({
  'fleet/a.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: a}\nspec: {template: {chart: {repository: "https://charts.example.com", name: chat, version: "${version}"}}}\n`,
})

const LOCK = {
  'reeve.lock.yaml': JSON.stringify({
    charts: [
      {
        repository: 'https://charts.example.com',
        name: 'chat',
        range: '^1',
        version: '1.4.0',
        digest: `sha256:${'0'.repeat(64)}`,
      },
    ],
  }),
}

/** Distinct commits for distinct names. */
async function fleetOf(files: RepositoryFiles, oid: string): Promise<Fleet> {
  const fleet = await declareFiles(files)
  return { ...fleet, commit: { ...fleet.commit, oid } }
}

const NOTHING: Proposal = { state: 'nothing-new', branch: 'reeve/lock/main', faults: [] }

async function proposer(everyMs: number, propose: () => Promise<Proposal>) {
  const looked: string[] = []
  const lines: { readonly msg: string; readonly level: string }[] = []
  const log = await createLog(
    { level: 'debug', format: 'json' },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  )
  const made = new VersionProposer({
    everyMs,
    propose: ({ commit }) => {
      looked.push(commit.oid)
      return propose()
    },
    log,
  })
  return { made, looked, lines }
}

test('looks where ranges are first seen and where one has no version, and not at other commits', async (t) => {
  const { made, looked } = await proposer(3_600_000, async () => NOTHING)
  t.teardown(() => made[Symbol.dispose]())
  made.take(await fleetOf({}, 'none'))
  made.take(await fleetOf(ranged('1.4.0'), 'exact'))
  const locked = { ...ranged('^1'), ...LOCK }
  made.take(await fleetOf(locked, 'locked'))
  await until('the first look', async () => looked.length === 1)
  made.take(await fleetOf(locked, 'locked-too'))
  made.take(await fleetOf(ranged('^2'), 'unlocked'))
  made.take(await fleetOf(ranged('^2'), 'unlocked'))
  await until('the second look', async () => looked.length === 2)
  t.deepEqual(looked, ['locked', 'unlocked'])
})

test('only the latest of several commits is looked at, and one at a time', async (t) => {
  const first = Promise.withResolvers<Proposal>()
  const { made, looked } = await proposer(3_600_000, () =>
    looked.length === 1 ? first.promise : Promise.resolve(NOTHING),
  )
  t.teardown(() => made[Symbol.dispose]())
  made.take(await fleetOf(ranged('^1'), '1'))
  await until('the first look', async () => looked.length === 1)
  for (const oid of ['2', '3', '4']) made.take(await fleetOf(ranged('^1'), oid))
  t.deepEqual(looked, ['1'])
  first.resolve(NOTHING)
  await until('the next look', async () => looked.length === 2)
  t.deepEqual(looked, ['1', '4'])
})

test('looks again at its interval until the ranges are gone, and tells each fault once', async (t) => {
  const { made, looked, lines } = await proposer(5, async () => NOTHING)
  t.teardown(() => made[Symbol.dispose]())
  made.take(await fleetOf(ranged('^1'), '1'))
  await until('several looks', async () => looked.length > 3)
  made.take(await fleetOf({}, '2'))
  made.take(await fleetOf(ranged('1.4.0'), '3'))
  made.take(await fleetOf(ranged('^1'), '4'))
  await until('looks at the last', async () => looked.at(-1) === '4')
  t.false(looked.includes('3'))
  t.deepEqual(lines, [])
})

test('an unforeseen error ends nothing, and what ends while it looks says nothing', async (t) => {
  const { made, looked, lines } = await proposer(5, async () => {
    throw new TypeError('odd')
  })
  made.take(await fleetOf(ranged('^1'), '1'))
  await until('the warning', async () => lines.some(({ msg }) => msg === 'versions of charts not proposed'))
  made.take(await fleetOf(ranged('^1'), '2'))
  await until('another look', async () => looked.length === 2)
  t.is(lines.filter(({ msg }) => msg === 'versions of charts not proposed').length, 1)
  made[Symbol.dispose]()

  const late = Promise.withResolvers<Proposal>()
  const other = await proposer(5, () => late.promise)
  other.made.take(await fleetOf(ranged('^1'), '1'))
  await until('the look', async () => other.looked.length === 1)
  other.made[Symbol.dispose]()
  late.resolve({ ...NOTHING, faults: [fault('template-unavailable', 'gone')] })
  await new Promise(setImmediate)
  t.deepEqual(other.lines, [])
  t.is(other.looked.length, 1)
})
