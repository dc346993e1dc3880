import test, { type ExecutionContext } from 'ava'
import { ConnectionError } from '../../../src/adapters/cluster/api-error.ts'
import { type Fault, FaultError, fault } from '../../../src/model/fault.ts'
import { group, members, TEMPLATE } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'
import { ComposedFleet } from './composed-fleet.ts'

const HOUR = 3_600_000
const SAID = '{ maxUnavailable: 1, minReady: 1s, onFailure: rollback }'
const AWAY = fault('unavailable', 'connect ECONNREFUSED')
const REFUSED = fault('rejected', 'spec.replicas must not be red')

function problemsOf(...faults: readonly Fault[]) {
  return faults.map(({ code, message, remedy }) => ({ code, message, remedy }))
}

async function isWell(fleet: ComposedFleet): Promise<void> {
  await until('all is well', () => {
    fleet.all('healthy')
    fleet.now += 100
    return fleet.report('a')?.state === 'done' && fleet.report('a')?.moved === 2
  })
}

/** In the middle of the move of a-1. */
async function moving(t: ExecutionContext, fleet: ComposedFleet): Promise<void> {
  await fleet.push({ ...TEMPLATE, 'groups/a.yaml': group('a', '1', SAID), ...members('a', 'a-1', 'a-2') })
  await isWell(fleet)
  await fleet.push({ 'groups/a.yaml': group('a', '2', SAID) })
  await fleet.decide()
  t.deepEqual(fleet.report('a')?.moving.names, ['a-1'])
}

test('an API server that is away for an hour fails nothing that was being moved', async (t) => {
  await using fleet = new ComposedFleet()
  await moving(t, fleet)
  const commit = fleet.report('a')?.commit
  fleet.saveError = new ConnectionError(AWAY.message, undefined)
  fleet.is('a-1', 'failed', problemsOf(AWAY))
  await fleet.decide()
  fleet.now += HOUR
  await fleet.decide()
  t.regex(fleet.rollouts.failure?.message ?? '', /ECONNREFUSED/, 'what would follow cannot be saved')
  fleet.saveError = undefined
  await fleet.decide()
  t.like(fleet.report('a'), { state: 'moving', commit })
  await isWell(fleet)
  t.like(fleet.report('a'), { state: 'done', commit })
})

test('what stays away for longer than a move may take fails it', async (t) => {
  await using fleet = new ComposedFleet()
  await moving(t, fleet)
  fleet.is('a-1', 'failed', problemsOf(AWAY))
  fleet.now += HOUR / 6 - 1
  await fleet.decide()
  t.is(fleet.report('a')?.state, 'moving')
  fleet.now += 1
  await fleet.decide()
  t.like(fleet.report('a'), { state: 'halted' })
})

test('what is refused fails a move at once, also where something else is away', async (t) => {
  await using fleet = new ComposedFleet()
  await moving(t, fleet)
  fleet.is('a-1', 'failed', problemsOf(AWAY, REFUSED))
  await fleet.decide()
  t.is(fleet.report('a')?.state, 'halted')
})

test('members that are well stay so while the API server is away', async (t) => {
  await using fleet = new ComposedFleet()
  await fleet.push({ ...TEMPLATE, 'groups/a.yaml': group('a', '1', SAID), ...members('a', 'a-1', 'a-2') })
  await isWell(fleet)
  fleet.now += HOUR
  await fleet.decide()
  const before = fleet.saves.length
  fleet.is('a-1', 'failed', problemsOf(AWAY))
  fleet.now += HOUR
  await fleet.decide()
  t.like(fleet.report('a'), { state: 'done', moved: 2 })
  t.is(fleet.saves.length, before)
})

const second = (version: string) =>
  group('b', version, '{ maxUnavailable: 1, after: [{ group: a, soak: 1s }] }')

/** Two rings. @returns the commit */
async function twoRings(fleet: ComposedFleet): Promise<string> {
  const commit = await fleet.push({
    ...TEMPLATE,
    'groups/a.yaml': group('a', '1', SAID),
    'groups/b.yaml': second('1'),
    ...members('a', 'a-1', 'a-2'),
    ...members('b', 'b-1', 'b-2', 'b-3'),
  })
  await isWell(fleet)
  fleet.now += HOUR
  await fleet.decide()
  return commit
}

test('members whose commit cannot be read are held, and go on by themselves', async (t) => {
  await using fleet = new ComposedFleet()
  await twoRings(fleet)
  fleet.rollouts.forget()
  fleet.readError = new FaultError(fault('git-unreachable', 'gone'))
  await fleet.push({ 'groups/a.yaml': group('a', '2', SAID), 'groups/b.yaml': second('2') })
  const faults = () => fleet.fleet.installations.get('b-1')?.faults.map(({ code }) => code)
  t.deepEqual(faults(), ['git-unreachable'])
  fleet.readError = undefined
  await until('it is read again', () => faults()?.length === 0)
  t.is(fleet.fleet.installations.get('b-1')?.version, '1')
})

test('a commit that is only found gone for a while is asked for again', async (t) => {
  await using fleet = new ComposedFleet()
  const commit = await twoRings(fleet)
  fleet.gone.add(commit)
  fleet.rollouts.forget()
  await fleet.push({ 'groups/a.yaml': group('a', '2', SAID), 'groups/b.yaml': second('2') })
  const faults = () => fleet.fleet.installations.get('b-1')?.faults.map(({ code }) => code)
  t.deepEqual(faults(), ['rollout-commit-gone'])
  fleet.gone.delete(commit)
  await until('it is read again', () => faults()?.length === 0)
  t.is(fleet.fleet.installations.get('b-1')?.version, '1')
})

test('members whose commit is gone from Git move on as the budget allows', async (t) => {
  await using fleet = new ComposedFleet()
  fleet.gone.add(await twoRings(fleet))
  fleet.rollouts.forget()
  await fleet.push({ 'groups/a.yaml': group('a', '2', SAID), 'groups/b.yaml': second('2') })
  const gone = () => fleet.fleet.installations.get('b-1')?.faults.map(({ code }) => code)
  t.deepEqual(gone(), ['rollout-commit-gone'])
  const versions = () => [1, 2, 3].map((index) => fleet.fleet.installations.get(`b-${index}`)?.version)
  await until('the second ring moves', () => {
    for (const name of ['a-1', 'a-2']) fleet.is(name, 'healthy')
    for (const name of ['b-1', 'b-2', 'b-3'])
      fleet.is(name, 'invalid', problemsOf(fault('rollout-commit-gone', '1')))
    fleet.now += 100
    return fleet.report('b')?.commit === fleet.report('a')?.commit
  })
  await fleet.decide()
  t.is(fleet.report('b')?.moved, 1, versions().join())
})
