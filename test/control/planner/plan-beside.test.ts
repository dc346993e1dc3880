import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PlanSession } from '../../../src/control/planner/plan-session.ts'
import { planNow } from '../../../src/control/review/plan-now.ts'
import type { PlanReport } from '../../../src/model/plan.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { configMap } from '../../helpers/manifests.ts'
import { planningFor } from '../../helpers/planning.ts'

const test = controlPlaneTest()

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
  await using _one = await PlanSession.open(options)
  const listeners = process.listenerCount('exit')
  {
    await using other = await PlanSession.open(options)
    await other.read()
    t.is((await readdir(temporary)).length, 1)
  }
  t.deepEqual(actions(await planNow(options)), ['one: create ConfigMap beside'])
  t.deepEqual(await readdir(temporary), [])
  t.is(process.listenerCount('exit'), listeners)
})

/** All that is to be done. */
function actions({ plans }: PlanReport): readonly string[] {
  return plans.flatMap(({ installation, objects }) =>
    objects
      .filter(({ action }) => action !== 'unchanged')
      .map(({ action, key }) => `${installation}: ${action} ${key.kind} ${key.name}`),
  )
}
