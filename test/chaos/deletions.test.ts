import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { FaultProxy } from '../helpers/fault-proxy/fault-proxy.ts'
import type { FaultScript } from '../helpers/fault-proxy/faults.ts'
import { openUpstream } from '../helpers/fault-proxy/upstream.ts'
import { startFleet } from '../helpers/fleet.ts'
import { goneWhen, kubectl } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'

const test = controlPlaneTest()

const maps = (value: string, ...names: string[]) =>
  documents(...names.map((name) => configMap('default', name, { value })))

/** No object can be deleted. */
const undeletable: FaultScript = ({ method }) => (method === 'DELETE' ? 'list-expired' : undefined)

test('a deletion that a commit allowed and that failed is still allowed at later commits, also by a new process', async (t) => {
  const { controlPlane } = t.context
  await using upstream = await openUpstream(controlPlane)
  const directory = await mkdtemp(join(controlPlane.directory, 'proxy-'))
  await using proxy = await FaultProxy.start({ upstream, plan: undeletable, directory, seed: t.title })
  const { kubeconfig } = proxy
  await using fleet = await startFleet(controlPlane, { name: 'allowed', kubeconfig })
  const first = await fleet.push({ 'acme/all.yaml': maps('1', 'allowed-a', 'allowed-b', 'allowed-c') })
  {
    await using _reeve = fleet.run()
    await fleet.recorded('acme', ({ state }) => state === 'healthy')
    const allow = 'Remove two\n\nReeve-Allow-Deletion: acme'
    const second = await fleet.push({ 'acme/all.yaml': maps('1', 'allowed-a') }, allow)
    await fleet.recorded('acme', ({ commit, state }) => commit === second && state === 'failed')
    const third = await fleet.push({ 'acme/all.yaml': maps('2', 'allowed-a') })
    const record = await fleet.recorded('acme', ({ commit, state }) => commit === third && state === 'failed')
    t.is(record.done, first)
    t.deepEqual(
      record.problems.map(({ code }) => code),
      ['rejected', 'rejected'],
    )
  }
  proxy.change()
  t.is((await fleet.sync()).code, 0)
  await goneWhen(controlPlane, 'default', 'configmap/allowed-b')
  await goneWhen(controlPlane, 'default', 'configmap/allowed-c')
  t.is((await fleet.record('acme'))?.done, undefined)
})

test('what a commit before the last one that was done allowed is no longer allowed', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'forbidden' })
  await fleet.push({ 'acme/all.yaml': maps('1', 'spent-a', 'spent-b', 'spent-c', 'spent-d', 'spent-e') })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'acme/all.yaml': maps('1', 'spent-a', 'spent-b') }, 'Go\n\nReeve-Allow-Deletion: acme')
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'acme/all.yaml': maps('2', 'spent-a', 'spent-b') })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'acme/all.yaml': maps('2', 'spent-f') })
  t.is((await fleet.sync()).code, 1)
  t.regex(await kubectl(controlPlane, 'get', 'configmaps', '-o', 'name'), /spent-a\n.*spent-b/)
})
