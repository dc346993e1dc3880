import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { FaultProxy } from '../../helpers/fault-proxy/fault-proxy.ts'
import type { Fault } from '../../helpers/fault-proxy/faults.ts'
import { openUpstream, type Upstream } from '../../helpers/fault-proxy/upstream.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest({}, async (controlPlane) => ({ upstream: await openUpstream(controlPlane) }))

test.after.always(({ context }) => context.upstream?.[Symbol.asyncDispose]())

/** A client that shows a certificate to a server with one; the next call may meet a fault. */
async function throughTls(t: ExecutionContext<{ controlPlane: ControlPlane; upstream: Upstream }>) {
  const { controlPlane, upstream } = t.context
  const directory = await mkdtemp(join(controlPlane.directory, 'tls-'))
  const next: Fault[] = []
  const plan = () => next.shift()
  const options = { upstream, seed: t.title, plan, directory, credentials: 'certificate' } as const
  const proxy = await FaultProxy.start(options)
  const client = new ClusterClient(() => loadKubeConfig(proxy.kubeconfig), { deadline: 15_000 })
  t.teardown(async () => {
    await client[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
  })
  return { client, proxy, meet: (fault: Fault) => void next.push(fault) }
}

for (const fault of ['rotated-authority', 'rotated-client'] as const)
  test(`after ${fault} the files are read again, and the request goes through`, async (t) => {
    const { client, proxy, meet } = await throughTls(t)
    t.truthy(await client.list(CONFIG_MAPS))
    for (let round = 1; round <= 3; round++) {
      meet(fault)
      await t.notThrowsAsync(until('the list', () => client.list(CONFIG_MAPS).catch(() => undefined), 15_000))
      t.is(proxy.injected.get(fault), round)
    }
  })

test('a watch that is under way with a certificate that was replaced goes on', async (t) => {
  const { client, meet } = await throughTls(t)
  const { resourceVersion } = await client.list(CONFIG_MAPS)
  const opened = Promise.withResolvers<void>()
  const watch = client.watch(CONFIG_MAPS, { resourceVersion, onOpen: opened.resolve })
  const next = watch.next()
  await opened.promise
  meet('rotated-client')
  await until('the list', () => client.list(CONFIG_MAPS).catch(() => undefined))
  const metadata = { name: 'after', namespace: 'default' }
  await until('the write', () =>
    client.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata }).catch(() => undefined),
  )
  t.like((await next).value, { type: 'ADDED', object: { metadata } })
  await watch.return()
})
