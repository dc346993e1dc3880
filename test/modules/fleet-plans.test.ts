import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import { type ControlPlane, startControlPlane } from '../../src/demo/control-plane.ts'
import type { PlanReport } from '../../src/model/plan.ts'
import { NO_RULES } from '../../src/model/rules.ts'
import type { Settings } from '../../src/model/settings.ts'
import { FleetPlans, planNow } from '../../src/modules/plan-now.ts'
import { startFleet } from '../helpers/fleet.ts'
import { kubectl } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { until } from '../helpers/until.ts'

const test = anyTest as TestFn<{ readonly controlPlane: ControlPlane }>

test.before(async (t) => {
  t.context = { controlPlane: await startControlPlane() }
})

test.after.always(({ context }) => context.controlPlane?.stop())

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
  const dataDir = await mkdtemp(join(tmpdir(), 'reeve-plans-'))
  t.teardown(() => rm(dataDir, { recursive: true, force: true }))
  t.teardown(() => rm(`${dataDir}-plan`, { recursive: true, force: true }))
  const settings: Settings = {
    repo: fleet.options[1] ?? '',
    branch: 'main',
    path: '',
    statusBranch: 'reeve/status/plans',
    credentials: {},
    dataDir,
    kubeconfig: controlPlane.kubeconfig,
    cluster: 'plans',
    name: 'plans',
    namespace: 'default',
    rules: NO_RULES,
    poll: { intervalMs: 30_000 },
    log: { level: 'warn', format: 'json' },
  }
  await using plans = await FleetPlans.open(settings)
  const same = async (source: string) => {
    const shown = actions(await plans.of(source))
    t.deepEqual(shown, actions(await planNow({ ...settings, dataDir: `${dataDir}-alone` }, source)), source)
    return shown
  }
  t.teardown(() => rm(`${dataDir}-alone-plan`, { recursive: true, force: true }))
  t.deepEqual(await same(first), [])
  t.deepEqual(await same(second), ['one: patch ConfigMap one'])
  t.deepEqual(await same(first), [])
  t.deepEqual(await same(contested), ['one: patch ConfigMap one', 'two: blocked ConfigMap one'])

  await kubectl(controlPlane, 'patch', 'configmap/three', '--type=merge', '-p', '{"data":{"a":"drifted"}}')
  await until('the drift to be planned', async () => actions(await plans.of(first)).length > 0)
  t.deepEqual(await same(first), ['three: patch ConfigMap three'])
  await kubectl(controlPlane, 'delete', 'configmap/three')
  await until('the loss to be planned', async () => actions(await plans.of(first))[0]?.includes('create'))
  t.deepEqual(await same(second), ['one: patch ConfigMap one', 'three: create ConfigMap three'])
})

/** All that is to be done. */
function actions({ plans }: PlanReport): readonly string[] {
  return plans.flatMap(({ installation, objects }) =>
    objects
      .filter(({ action }) => action !== 'unchanged')
      .map(({ action, key }) => `${installation}: ${action} ${key.kind} ${key.name}`),
  )
}
