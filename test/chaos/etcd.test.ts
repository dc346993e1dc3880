import anyTest, { type TestFn } from 'ava'
import { ClusterClient } from '../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../src/adapters/cluster/load-kube-config.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { type OwnControlPlane, startControlPlane } from '../../src/sandbox/control-plane.ts'
import { kubeConfigFileAt, startTcpProxy } from '../adapters/cluster/tcp-proxy.ts'
import { CONFIG_MAPS } from '../helpers/config-maps.ts'
import { backUp, compact, restore } from '../helpers/etcd.ts'
import { startFleet } from '../helpers/fleet.ts'
import { goneWhen, kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap, documents, namespace } from '../helpers/manifests.ts'

// A control plane of its own: etcd is compacted, stopped, and restored from a backup.
const test = anyTest as TestFn<{ readonly controlPlane: OwnControlPlane }>

test.before(async (t) => {
  t.context = { controlPlane: await startControlPlane() }
})

test.after.always(({ context }) => context.controlPlane?.stop())

test.serial('what happened while Reeve was cut off is put right, though etcd has forgotten it', async (t) => {
  const { controlPlane } = t.context
  await using proxy = await startTcpProxy(controlPlane.server)
  const kubeconfig = await kubeConfigFileAt(controlPlane, proxy.url)
  await using fleet = await startFleet(controlPlane, { name: 'compacted', kubeconfig })
  await fleet.push({
    'acme/all.yaml': documents(
      namespace('compacted'),
      configMap('compacted', 'changed', { a: '1' }),
      configMap('compacted', 'deleted', { a: '1' }),
      configMap('compacted', 'kept', { a: '1' }),
    ),
  })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const kept = await live(controlPlane, 'compacted', 'configmap/kept')

  proxy.cut()
  await kubectl(controlPlane, '-n', 'compacted', 'patch', 'configmap/changed', '-p', '{"data":{"a":"2"}}')
  await kubectl(controlPlane, '-n', 'compacted', 'delete', 'configmap/deleted')
  const revision = await compact(controlPlane)
  // The API server remembers recent events itself, as long as it runs.
  await controlPlane.stopApiServer()
  await controlPlane.startApiServer()
  const before = kept?.metadata.resourceVersion ?? ''
  t.true(Number(before) < Number(revision))
  await t.throwsAsync(firstEvent(controlPlane, before), { message: /too old/ })
  proxy.mend()

  await liveWhen(controlPlane, 'compacted', 'configmap/changed', dataIs('1'))
  await liveWhen(controlPlane, 'compacted', 'configmap/deleted')
  t.is((await live(controlPlane, 'compacted', 'configmap/kept'))?.metadata.resourceVersion, before)
  t.false(reeve.log.some(({ code }) => code === 'internal'))
})

test.serial(
  'after a restore of etcd from a backup the cluster comes back to what Git declares',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'restored' })
    await fleet.push({
      'acme/all.yaml': documents(
        namespace('restored'),
        configMap('restored', 'changed', { a: '1' }),
        configMap('restored', 'removed', { a: '1' }),
        configMap('restored', 'kept', { a: '1' }),
      ),
    })
    await using reeve = fleet.run()
    await fleet.recorded('acme', ({ state }) => state === 'healthy')
    await backUp(controlPlane)

    const commit = await fleet.push({
      'acme/all.yaml': documents(
        namespace('restored'),
        configMap('restored', 'changed', { a: '2' }),
        configMap('restored', 'kept', { a: '1' }),
        configMap('restored', 'added', { a: '1' }),
      ),
    })
    await fleet.recorded('acme', (record) => record.commit === commit && record.state === 'healthy')
    await goneWhen(controlPlane, 'restored', 'configmap/removed')
    const newest = await live(controlPlane, 'restored', 'configmap/added')

    await restore(controlPlane)
    const added = await liveWhen(controlPlane, 'restored', 'configmap/added', undefined, 60_000)
    t.not(added.metadata.uid, newest?.metadata.uid)
    await liveWhen(controlPlane, 'restored', 'configmap/changed', dataIs('2'))
    await goneWhen(controlPlane, 'restored', 'configmap/removed')
    // What changes from now on is seen, too.
    await kubectl(controlPlane, '-n', 'restored', 'patch', 'configmap/kept', '-p', '{"data":{"a":"3"}}')
    await liveWhen(controlPlane, 'restored', 'configmap/kept', dataIs('1'))
    t.false(reeve.log.some(({ code }) => code === 'internal'))
    t.is((await fleet.plan()).code, 0)
  },
)

async function firstEvent({ kubeconfig }: OwnControlPlane, resourceVersion: string): Promise<unknown> {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig))
  try {
    return await client.watch(CONFIG_MAPS, { resourceVersion, timeoutSeconds: 1 }).next()
  } finally {
    await client[Symbol.asyncDispose]()
  }
}

function dataIs(value: string): (object: LiveObject) => boolean {
  return ({ data }) => JSON.stringify(data) === JSON.stringify({ a: value })
}
