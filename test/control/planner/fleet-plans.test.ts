import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { PlanningOptions } from '../../../src/control/planner/plan-session.ts'
import { FleetPlans, planNow } from '../../../src/control/review/plan-now.ts'
import type { PlanReport } from '../../../src/model/plan.ts'
import { NO_RULES } from '../../../src/model/rules.ts'
import type { Settings } from '../../../src/model/settings.ts'
import { NO_TENANCY } from '../../../src/model/tenancy.ts'
import { createLog } from '../../../src/support/telemetry/log.ts'
import { type ControlPlaneContext, controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { kubectl } from '../../helpers/live.ts'
import { configMap } from '../../helpers/manifests.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest()

const maps = (a: string) => ({
  'one/a.yaml': configMap('default', 'one', { a }),
  'two/a.yaml': configMap('default', 'two', { a: '1' }),
  'three/a.yaml': configMap('default', 'three', { a: '1' }),
})

test('one plan after the other says what one alone would say', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'plans' })
  const first = await fleet.push(maps('1'))
  t.is((await fleet.sync()).code, 0)
  const second = await fleet.push(maps('2'))
  const contested = await fleet.push({ 'two/b.yaml': configMap('default', 'one', { a: '3' }) })
  const options = await planningFor(t, fleet)
  const alone = {
    ...options,
    settings: { ...options.settings, dataDir: `${options.settings.dataDir}/alone` },
  }
  await using plans = await FleetPlans.open(options)
  const same = async (source: string) => {
    const shown = actions(await plans.report(source))
    t.deepEqual(shown, actions(await planNow(alone, source)), source)
    return shown
  }
  t.deepEqual(await same(first), [])
  t.deepEqual(await same(second), ['one: patch ConfigMap one'])
  t.deepEqual(await same(first), [])
  t.deepEqual(await same(contested), ['one: patch ConfigMap one', 'two: blocked ConfigMap one'])

  await kubectl(controlPlane, 'patch', 'configmap/three', '--type=merge', '-p', '{"data":{"a":"drifted"}}')
  await until('the drift to be planned', async () => actions(await plans.report(first)).length > 0)
  t.deepEqual(await same(first), ['three: patch ConfigMap three'])
  await kubectl(controlPlane, 'delete', 'configmap/three')
  await until('the loss to be planned', async () => actions(await plans.report(first))[0]?.includes('create'))
  t.deepEqual(await same(second), ['one: patch ConfigMap one', 'three: create ConfigMap three'])
})

test.serial('a plan beside another leaves nothing behind', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'beside' })
  await fleet.push({ 'one/a.yaml': configMap('default', 'beside', { a: '1' }) })
  const options = await planningFor(t, fleet)
  const { TMPDIR } = process.env
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  const temporary = await mkdtemp(join(tmpdir(), 'reeve-beside-'))
  t.teardown(() => rm(temporary, { recursive: true, force: true }))
  process.env.TMPDIR = temporary
  await using _one = await FleetPlans.open(options)
  const listeners = process.listenerCount('exit')
  {
    await using other = await FleetPlans.open(options)
    t.deepEqual(actions(await other.report()), ['one: create ConfigMap beside'])
    t.is((await readdir(temporary)).length, 1)
  }
  t.deepEqual(await readdir(temporary), [])
  t.is(process.listenerCount('exit'), listeners)
})

async function planningFor(t: ExecutionContext<ControlPlaneContext>, fleet: Fleet): Promise<PlanningOptions> {
  const parent = await mkdtemp(join(tmpdir(), 'reeve-plans-'))
  t.teardown(() => rm(parent, { recursive: true, force: true }))
  const settings: Settings = {
    repo: fleet.git.url,
    branch: 'main',
    path: '',
    statusBranch: fleet.statusBranch,
    credentials: {},
    dataDir: join(parent, 'data'),
    kubeconfig: t.context.controlPlane.kubeconfig,
    cluster: fleet.name,
    name: fleet.name,
    namespace: 'default',
    rules: NO_RULES,
    tenancy: NO_TENANCY,
    provenance: [],
    poll: { intervalMs: 30_000 },
    log: { level: 'warn', format: 'json' },
  }
  return { settings, log: await createLog(settings.log) }
}

/** All that is to be done. */
function actions({ plans }: PlanReport): readonly string[] {
  return plans.flatMap(({ installation, objects }) =>
    objects
      .filter(({ action }) => action !== 'unchanged')
      .map(({ action, key }) => `${installation}: ${action} ${key.kind} ${key.name}`),
  )
}
