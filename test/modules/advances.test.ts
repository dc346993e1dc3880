import anyTest, { type TestFn } from 'ava'
import { type ControlPlane, startControlPlane } from '../../src/demo/control-plane.ts'
import { startFleet } from '../helpers/fleet.ts'
import { kubectl, live } from '../helpers/live.ts'
import { configMap, documents, namespace } from '../helpers/manifests.ts'

const test = anyTest as TestFn<{ readonly controlPlane: ControlPlane }>

test.before(async (t) => {
  t.context = { controlPlane: await startControlPlane({ controllers: false }) }
})

test.after.always(({ context }) => context.controlPlane?.stop())

const installation = (name: string, spec: object) =>
  `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name }, spec })}\n`

test('an atomic installation moves as a whole or not at all, and is healed where it stays', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'atomic' })
  const maps = (version: string, key = 'key') =>
    documents(configMap('atomic', 'a', { version }), configMap('atomic', 'b', { [key]: version }))
  const files = (version: string, key?: string) => ({ 'acme/maps.yaml': maps(version, key) })
  await fleet.push({
    'platform/ns.yaml': namespace('atomic'),
    'acme/reeve.yaml': installation('acme', { atomic: true }),
    ...files('1'),
  })
  t.is((await fleet.sync()).code, 0)
  const first = (await fleet.record('acme'))?.commit
  await fleet.push(files('2', 'not a key'))
  const refused = await fleet.sync()
  t.is(refused.code, 1)
  t.regex(refused.stdout, /acme +invalid/)
  t.like(await fleet.record('acme'), { state: 'invalid', applied: first })
  t.deepEqual((await live(controlPlane, 'atomic', 'configmap/a'))?.data, { version: '1' })

  await kubectl(controlPlane, '-n', 'atomic', 'delete', 'configmap/b')
  await fleet.sync()
  t.deepEqual((await live(controlPlane, 'atomic', 'configmap/b'))?.data, { key: '1' }, 'healed there')

  await fleet.push(files('3'))
  t.is((await fleet.sync()).code, 0)
  t.deepEqual((await live(controlPlane, 'atomic', 'configmap/a'))?.data, { version: '3' })
})

test('an atomic installation that would be refused at once applies nothing, and follows when it is accepted', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'atomic-new' })
  await kubectl(controlPlane, 'create', 'configmap', 'atomic-theirs')
  await fleet.push({
    'acme/reeve.yaml': installation('acme', { atomic: true }),
    'acme/maps.yaml': documents(
      configMap('default', 'atomic-mine', {}),
      configMap('default', 'atomic-theirs', {}),
    ),
  })
  await using reeve = fleet.run()
  t.like(await reeve.logged('held at its last good commit'), { installation: 'acme', code: 'not-owned' })
  await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.is(await live(controlPlane, 'default', 'configmap/atomic-mine'), undefined)
  await kubectl(controlPlane, 'delete', 'configmap/atomic-theirs')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.truthy(await live(controlPlane, 'default', 'configmap/atomic-mine'))
})
