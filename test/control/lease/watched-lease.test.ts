import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { holderOf } from '../../../src/control/lease/lease.ts'
import { LeaseApi } from '../../../src/control/lease/lease-api.ts'
import { WatchedLease } from '../../../src/control/lease/watched-lease.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { FaultProxy } from '../../helpers/fault-proxy/fault-proxy.ts'
import type { FaultScript } from '../../helpers/fault-proxy/faults.ts'
import { openUpstream } from '../../helpers/fault-proxy/upstream.ts'
import { kubectl } from '../../helpers/live.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest()

test('a list of a server that lags behind does not bring a former holder back', async (t) => {
  const { controlPlane } = t.context
  await using upstream = await openUpstream(controlPlane)
  const directory = await mkdtemp(join(controlPlane.directory, 'proxy-'))
  await using proxy = await FaultProxy.start({ upstream, seed: t.title, plan: {}, directory })
  const client = new ClusterClient(() => loadKubeConfig(proxy.kubeconfig))
  const api = new LeaseApi(client, { namespace: 'default', name: 'lagging' })
  const holders = new Set<string>()
  const lease = new WatchedLease({
    api,
    onNews: () => holders.add(lease.current ? holderOf(lease.current) : 'nobody'),
    onRefused: (error) => t.fail(String(error)),
  })
  t.teardown(async () => {
    await lease[Symbol.asyncDispose]()
    await client[Symbol.asyncDispose]()
  })
  for (const holderIdentity of ['former', 'holder']) {
    await lease.write({ spec: { holderIdentity } })
    await api.list({})
  }
  holders.clear()
  proxy.change(breakingFirstWatch())
  lease.follow()
  await until('the Lease to be read anew', () => holders.size > 0)
  t.is(proxy.injected.get('list-stale'), 1)
  await kubectl(controlPlane, 'patch', 'lease/lagging', '--type=merge', '-p', holdBy('next'))
  await until('the next holder', () => holders.has('next'))
  t.deepEqual([...holders], ['holder', 'next'])
})

/** The first watch is refused, and the list after it is old. */
function breakingFirstWatch(): FaultScript {
  const faults = { watch: 'watch-refused', list: 'list-stale' } as const
  const befallen = new Set<string>()
  return ({ kind }) => {
    if ((kind !== 'watch' && kind !== 'list') || befallen.has(kind)) return undefined
    befallen.add(kind)
    return faults[kind]
  }
}

function holdBy(holderIdentity: string): string {
  return JSON.stringify({ spec: { holderIdentity } })
}
