import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { keyOf } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { LiveCache } from '../../../src/stages/live/live-cache.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { FaultProxy } from '../../helpers/fault-proxy/fault-proxy.ts'
import type { Fault, FaultScript } from '../../helpers/fault-proxy/faults.ts'
import { openUpstream, type Upstream } from '../../helpers/fault-proxy/upstream.ts'
import { until } from '../../helpers/until.ts'

interface Context {
  readonly controlPlane: ControlPlane
  readonly upstream: Upstream
  /** Straight to the API server. */
  readonly writer: ClusterClient
}

const test = controlPlaneTest({}, async (controlPlane) => ({
  upstream: await openUpstream(controlPlane),
  writer: new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig)),
}))

test.after.always(async ({ context: { writer, upstream } }) => {
  await writer?.[Symbol.asyncDispose]()
  await upstream?.[Symbol.asyncDispose]()
})

const configMap = (name: string, repository: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { 'reeve.dev/repository': repository } },
})

interface Watching {
  readonly client: ClusterClient
  readonly proxy: FaultProxy
  readonly cache: LiveCache
  /** `+a`, `-a`: came, went. */
  readonly told: string[]
}

async function throughProxy(
  t: ExecutionContext<Context>,
  repository: string,
  plan: FaultScript,
): Promise<Watching> {
  const { controlPlane, upstream } = t.context
  const directory = await mkdtemp(join(controlPlane.directory, 'proxy-'))
  const proxy = await FaultProxy.start({ upstream, seed: t.title, plan, directory })
  const client = new ClusterClient(() => loadKubeConfig(proxy.kubeconfig))
  const cache = new LiveCache({ client, repository })
  const told: string[] = []
  cache.onChange(({ key, after }) => told.push(`${after ? '+' : '-'}${key.name}`))
  t.teardown(async () => {
    await cache[Symbol.asyncDispose]()
    await client[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
  })
  return { client, proxy, cache, told }
}

/** What befalls the first watches, one after the other; `onWatch` is told of each. */
function watches(faults: readonly (Fault | undefined)[], onWatch: () => void = () => {}): FaultScript {
  let next = 0
  return ({ kind }) => {
    if (kind !== 'watch') return undefined
    onWatch()
    return faults[next++]
  }
}

test('events from an older cache, which were known or undone already, are no news', async (t) => {
  const { writer } = t.context
  const { client, cache, proxy, told } = await throughProxy(t, 'replayed', watches(['watch-replayed']))
  await client.list(CONFIG_MAPS)
  const ghost = await writer.create(CONFIG_MAPS, configMap('ghost', 'replayed'))
  await writer.delete(CONFIG_MAPS, keyOf(ghost), { uid: ghost.metadata.uid })
  await cache.watch([CONFIG_MAPS])
  await writer.create(CONFIG_MAPS, configMap('last', 'replayed'))
  await until('the last change', () => told.includes('+last'))
  t.deepEqual(told, ['+last'])
  t.is(proxy.injected.get('watch-replayed'), 1)
})

test('a server that has forgotten each version at once is not stormed with lists', async (t) => {
  const { cache, proxy, told } = await throughProxy(t, 'stormed', ({ kind }) =>
    kind === 'watch' ? 'watch-refused' : undefined,
  )
  await cache.watch([CONFIG_MAPS])
  await sleep(2_000)
  t.true(proxy.calls < 15, `${proxy.calls} lists in two seconds`)
  proxy.change()
  await t.context.writer.create(CONFIG_MAPS, configMap('after-storm', 'stormed'))
  await until('the change', () => told.includes('+after-storm'))
})

test('a watch that is refused over an expired token goes on soon after it was renewed', async (t) => {
  const { cache, proxy, told } = await throughProxy(
    t,
    'expired-token',
    watches(['watch-ended', 'expired-token']),
  )
  await cache.watch([CONFIG_MAPS])
  await until('the refusal', () => proxy.injected.get('expired-token') === 1)
  await t.context.writer.create(CONFIG_MAPS, configMap('after-expiry', 'expired-token'))
  await until('the change', () => told.includes('+after-expiry'), 15_000)
  t.is(cache.faultOf(CONFIG_MAPS), undefined)
})

test('a watch that is throttled waits as long as it is asked to', async (t) => {
  const times: number[] = []
  const script = watches(['throttled', 'throttled'], () => times.push(performance.now()))
  const { cache, told } = await throughProxy(t, 'throttled', script)
  await cache.watch([CONFIG_MAPS])
  await t.context.writer.create(CONFIG_MAPS, configMap('after-waiting', 'throttled'))
  await until('the change', () => told.includes('+after-waiting'))
  const [first = 0, second = 0, third = 0] = times
  t.true(second - first >= 1_000 && third - second >= 1_000, `watches at ${times.join(', ')} ms`)
})

for (const fault of ['watch-cut', 'watch-ended', 'watch-expired', 'watch-silent', 'watch-late'] as const)
  test(`no change is lost or told twice under ${fault}`, async (t) => {
    const { writer } = t.context
    const { cache, proxy, told } = await throughProxy(t, fault, watches(Array(8).fill(fault)))
    await cache.watch([CONFIG_MAPS])
    const names = Array.from({ length: 30 }, (_, index) => `${fault}-${10 + index}`)
    for (const name of names) {
      await writer.create(CONFIG_MAPS, configMap(name, fault))
      await sleep(20)
    }
    await until('all changes', () => told.length >= names.length)
    t.deepEqual(
      told,
      names.map((name) => `+${name}`),
    )
    t.true((proxy.injected.get(fault) ?? 0) > 0)
  })
