import { crdsText } from '../../src/cli/present/crds-text.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, goneWhen, live, liveWhen } from '../helpers/live.ts'
import { documents, namespace } from '../helpers/manifests.ts'

const test = controlPlaneTest()

test.serial.before('define the kinds', (t) => apply(t.context.controlPlane, crdsText()))

/** One object: no limit of deletions keeps it. */
const TEMPLATE = {
  'templates/kv/all.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: "${installation.name}"}',
    'data: {size: "${values.size}"}',
    '',
  ].join('\n'),
  'templates/kv/values.yaml': 'size: small\n',
}

const redis = (home: string, template = 'templates/kv') => ({
  [`fleet/${home}.yaml`]: `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: redis, namespace: ${home}}\nspec: {template: {path: ${template}}, namespace: ${home}}\n`,
})

const isOf = (installation: string) => (object: LiveObject) =>
  object.metadata.labels?.['reeve.dev/installation'] === installation

test.serial(
  'a second installation of a name joins the first one, which keeps its objects, and leaves it again',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'joined' })
    await apply(controlPlane, documents(namespace('joined-a'), namespace('joined-b')))
    await fleet.push({ ...TEMPLATE, ...redis('joined-a') })
    await using reeve = fleet.run()
    await fleet.recorded('redis', ({ state }) => state === 'healthy')
    const first = await live(controlPlane, 'joined-a', 'configmap/redis')

    await fleet.push(redis('joined-b'))
    for (const home of ['joined-a', 'joined-b']) {
      await fleet.recorded(`${home}/redis`, ({ state }) => state === 'healthy')
      await liveWhen(controlPlane, home, 'configmap/redis', isOf(`${home}_redis`))
      const shown = await liveWhen(
        controlPlane,
        home,
        'installation/redis',
        ({ status }) => status !== undefined,
      )
      t.like(shown.status, { state: 'healthy' })
    }
    const moved = await live(controlPlane, 'joined-a', 'configmap/redis')
    t.is(moved?.metadata.uid, first?.metadata.uid)
    t.is(await fleet.record('redis'), undefined)

    await fleet.push({ 'fleet/joined-b.yaml': undefined }, 'Remove\n\nReeve-Allow-Deletion: joined-b/redis')
    await goneWhen(controlPlane, 'joined-b', 'configmap/redis')
    await fleet.recorded('redis', ({ state }) => state === 'healthy')
    const back = await liveWhen(controlPlane, 'joined-a', 'configmap/redis', isOf('redis'))
    t.is(first?.metadata.uid, back.metadata.uid)
    t.false(reeve.log.some(({ msg, object }) => msg === 'deleted' && String(object).includes('joined-a')))
  },
)

test.serial(
  'where the first one has a fault when the second one comes, nothing of it is deleted',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'faulty' })
    await apply(controlPlane, documents(namespace('faulty-a'), namespace('faulty-b')))
    await fleet.push({ ...TEMPLATE, ...redis('faulty-a') })
    t.is((await fleet.sync()).code, 0)
    const uids = async () => {
      const objects = ['configmap/redis', 'installation/redis']
      const found = await Promise.all(objects.map((what) => live(controlPlane, 'faulty-a', what)))
      return found.map((object) => object?.metadata.uid)
    }
    const before = await uids()
    await fleet.push({ ...redis('faulty-a', 'templates/none'), ...redis('faulty-b') })
    t.is((await fleet.sync()).code, 1)
    t.deepEqual(await uids(), before)
    t.truthy(await live(controlPlane, 'faulty-b', 'configmap/redis'))
    await fleet.push(redis('faulty-a'))
    t.is((await fleet.sync()).code, 0)
    t.deepEqual(await uids(), before)
  },
)
