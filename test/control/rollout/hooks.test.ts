import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { NODE } from '../../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { groupRecorded } from '../../helpers/group-recorded.ts'
import { hook, RUN_FOR } from '../../helpers/hooks.ts'
import { apply, live, liveAll, liveWhen } from '../../helpers/live.ts'
import { group, isAt, members, TEMPLATE } from '../../helpers/rollout-documents.ts'

const test = controlPlaneTest({ controllers: true })

const NAMES = ['m1', 'm2', 'm3', 'm4']
const ROLLOUT = '{ maxUnavailable: 1 }'

test('members of a group run their hooks one at a time, and one that fails stops the rollout', async (t) => {
  t.timeout(240_000)
  const { controlPlane } = t.context
  await apply(controlPlane, NODE)
  let running = 0
  let most = 0
  await using _pods = startPodSimulator(controlPlane.kubeconfig, {
    jobDuration: 300,
    run: async ({ spec }) => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 700))
      running -= 1
      const isBroken = JSON.stringify(spec).includes('"image":"migrate-3"')
      return isBroken ? { failure: { message: 'relation "users" is missing' } } : {}
    },
  })
  await using fleet = await startFleet(controlPlane, { name: 'hookedgroup' })
  const all = async (version: string) => {
    for (const name of NAMES)
      await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt(version), 120_000)
  }
  await fleet.push({
    ...TEMPLATE,
    'templates/chat/migrate.yaml': hook(
      'default',
      '${installation.name}-migrate',
      'pre-sync, post-sync',
      'migrate-${installation.version}',
    ),
    'groups/all.yaml': group('all', '1', ROLLOUT),
    ...members('all', ...NAMES),
  })
  await using _reeve = fleet.run()
  await all('1')
  for (const name of NAMES) await fleet.recorded(name, ({ state }) => state === 'healthy')

  most = 0
  await fleet.push({ 'groups/all.yaml': group('all', '2', ROLLOUT) })
  await all('2')
  for (const name of NAMES) await fleet.recorded(name, ({ state }) => state === 'healthy')
  t.is(most, 1, 'the next begins when all of the one before is over')
  const told = (await fleet.statusCommits()).map(({ message }) => message).join('\n')
  t.notRegex(told, /all: halted/)

  await fleet.push({ 'groups/all.yaml': group('all', '3', ROLLOUT) })
  await groupRecorded(fleet, 'all', ({ state }) => state === 'halted')
  const states = await Promise.all(NAMES.map(async (name) => (await fleet.record(name))?.state))
  t.deepEqual(states.toSorted(), ['healthy', 'healthy', 'healthy', 'invalid'])
  for (const name of NAMES) {
    const map = await live(controlPlane, 'default', `configmap/${name}`)
    t.true(map !== undefined && isAt('2')(map), name)
  }
  const jobs = await Promise.all(
    NAMES.map((name) => liveAll(controlPlane, 'default', 'job', `${RUN_FOR}=${name}`)),
  )
  t.is(jobs.flat().filter(({ spec }) => JSON.stringify(spec).includes('"image":"migrate-3"')).length, 1)
})
