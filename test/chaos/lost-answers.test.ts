import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { FaultProxy } from '../helpers/fault-proxy/fault-proxy.ts'
import type { FaultScript } from '../helpers/fault-proxy/faults.ts'
import { openUpstream } from '../helpers/fault-proxy/upstream.ts'
import { startFleet } from '../helpers/fleet.ts'
import { goneWhen, kubectl, liveWhen } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'

const test = controlPlaneTest()

/** Loses the first answer to each kind of write to each of Reeve's ConfigMaps. */
function losesFirst(): FaultScript {
  const lost = new Set<string>()
  return ({ method, path, body }) => {
    if (!['POST', 'PATCH', 'DELETE'].includes(method) || !path.includes('/configmaps')) return undefined
    const what = `${method} ${path} ${method === 'POST' ? JSON.parse(body).metadata.name : ''}`
    if (lost.has(what)) return undefined
    lost.add(what)
    return 'answer-lost'
  }
}

test('writes whose answers are lost are in the record and in the log, once', async (t) => {
  const { controlPlane } = t.context
  await using upstream = await openUpstream(controlPlane)
  const directory = await mkdtemp(join(controlPlane.directory, 'proxy-'))
  await using proxy = await FaultProxy.start({ upstream, plan: losesFirst(), directory, seed: t.title })
  await using fleet = await startFleet(controlPlane, { name: 'lost', kubeconfig: proxy.kubeconfig })
  const maps = (a: string, ...more: string[]) =>
    documents(configMap('default', 'lost-a', { a }), ...more.map((name) => configMap('default', name, {})))
  const first = await fleet.push({ 'acme/all.yaml': maps('1', 'lost-b') })
  await using reeve = fleet.run()
  const created = await fleet.recorded('acme', ({ commit, state }) => commit === first && state === 'healthy')
  const told = ({ changes }: typeof created) =>
    changes
      .map(({ action, object, reason, times }) => [action, object, reason, times].join(' ').trim())
      .sort()
  t.deepEqual(told(created), [
    'created ConfigMap default/lost-a commit',
    'created ConfigMap default/lost-b commit',
  ])

  await kubectl(controlPlane, 'patch', 'configmap/lost-a', '--type=merge', '-p', '{"data":{"a":"drift"}}')
  await liveWhen(
    controlPlane,
    'default',
    'configmap/lost-a',
    ({ data }) => JSON.stringify(data) === '{"a":"1"}',
  )
  const healed = await fleet.recorded('acme', ({ changes }) => changes.length === 3)
  t.true(told(healed).includes('patched ConfigMap default/lost-a drift'), told(healed).join('\n'))

  const allow = 'Remove one\n\nReeve-Allow-Deletion: acme'
  const second = await fleet.push({ 'acme/all.yaml': maps('1') }, allow)
  await goneWhen(controlPlane, 'default', 'configmap/lost-b')
  const removed = await fleet.recorded(
    'acme',
    ({ commit, changes }) => commit === second && changes.length > 0,
  )
  t.deepEqual(told(removed), ['deleted ConfigMap default/lost-b commit'])
  t.is(proxy.injected.get('answer-lost'), 4)
  const writes = reeve.log.filter(({ msg }) => ['created', 'patched', 'deleted'].includes(String(msg)))
  t.is(writes.length, 4)
})
