import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { FaultProxy } from '../helpers/fault-proxy/fault-proxy.ts'
import { openUpstream } from '../helpers/fault-proxy/upstream.ts'
import { startFleet } from '../helpers/fleet.ts'
import { live, liveWhen } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

test('a write that a commit overtakes does not take an object back from where it moved to', async (t) => {
  const { controlPlane } = t.context
  await using upstream = await openUpstream(controlPlane)
  const directory = await mkdtemp(join(controlPlane.directory, 'proxy-'))
  const isLate = ({ method, body }: { readonly method: string; readonly body: string }) =>
    method === 'POST' && body.includes('"moves"') && body.includes('"reeve.dev/installation":"from"')
  const plan = (call: Parameters<typeof isLate>[0]) => (isLate(call) ? 'throttled' : undefined)
  await using proxy = await FaultProxy.start({ upstream, plan, directory, seed: t.title })
  await using fleet = await startFleet(controlPlane, { name: 'overtaken', kubeconfig: proxy.kubeconfig })
  const moves = configMap('default', 'moves', { a: '1' })
  const stays = (a: string) => configMap('default', 'stays', { a })
  await fleet.push({ 'from/all.yaml': documents(moves, stays('1')) })
  await using reeve = fleet.run()
  await until('a try', () => (proxy.injected.get('throttled') ?? 0) > 0)

  const commit = await fleet.push({ 'from/all.yaml': stays('2'), 'to/all.yaml': moves })
  const isAtNew = ({ metadata }: { readonly metadata: { readonly labels?: Record<string, string> } }) =>
    metadata.labels?.['reeve.dev/installation'] === 'to'
  const { metadata } = await liveWhen(controlPlane, 'default', 'configmap/moves', isAtNew)
  proxy.change()
  await fleet.recorded('from', (record) => record.commit === commit && record.state === 'healthy')
  const now = await live(controlPlane, 'default', 'configmap/moves')
  t.is(now?.metadata.resourceVersion, metadata.resourceVersion)
  t.is(reeve.log.filter(({ object }) => object === 'ConfigMap default/moves').length, 1)
})
