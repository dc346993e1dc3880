import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError } from '../../src/adapters/cluster/api-error.ts'
import { ClusterClient } from '../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../src/adapters/cluster/load-kube-config.ts'
import type { LiveObject } from '../../src/model/object.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import type { ApiCall } from '../helpers/fault-proxy/api-call.ts'
import { FaultProxy } from '../helpers/fault-proxy/fault-proxy.ts'
import type { Fault } from '../helpers/fault-proxy/faults.ts'
import { openUpstream } from '../helpers/fault-proxy/upstream.ts'
import { startFleet } from '../helpers/fleet.ts'
import { kubectl, liveWhen } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

test('a token that the API server no longer accepts is read again from its file', async (t) => {
  const { controlPlane } = t.context
  const account = ['serviceaccount', 'keeper']
  await kubectl(controlPlane, 'create', ...account)
  await kubectl(
    controlPlane,
    ...['create', 'clusterrolebinding', 'keeper', '--clusterrole=cluster-admin'],
    '--serviceaccount=default:keeper',
  )
  const tokenFile = join(controlPlane.directory, 'token')
  await writeFile(tokenFile, await tokenBoundTo(controlPlane, 'first'))
  const kubeconfig = await kubeconfigWith(controlPlane, { tokenFile })
  await using fleet = await startFleet(controlPlane, { name: 'token', kubeconfig })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'token', { a: '1' }) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  // A token goes with the object that it is bound to: as if its time were up.
  await kubectl(controlPlane, 'delete', 'secret', 'first')
  await until('the end of the token', () => isRefused(kubeconfig))
  await fleet.push({ 'acme/a.yaml': configMap('default', 'token', { a: '2' }) })
  reeve.signal('SIGHUP')
  await sleep(3_000)
  await writeFile(tokenFile, await tokenBoundTo(controlPlane, 'second'))
  await liveWhen(controlPlane, 'default', 'configmap/token', isAt('2'))
  await kubectl(controlPlane, 'patch', 'configmap/token', '-p', '{"data":{"a":"drifted"}}')
  await liveWhen(controlPlane, 'default', 'configmap/token', isAt('2'))
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.false(reeve.log.some(({ code }) => code === 'internal'))
})

for (const fault of ['rotated-authority', 'rotated-client'] as const)
  test(`Reeve goes on after ${fault}`, async (t) => {
    const { controlPlane } = t.context
    await using upstream = await openUpstream(controlPlane)
    const next: Fault[] = []
    const plan = () => next.shift()
    const directory = await mkdtemp(join(controlPlane.directory, 'proxy-'))
    const options = { upstream, plan, directory, seed: fault, credentials: 'certificate' } as const
    await using proxy = await FaultProxy.start(options)
    await using fleet = await startFleet(controlPlane, { name: fault, kubeconfig: proxy.kubeconfig })
    await fleet.push({ 'acme/a.yaml': configMap('default', fault, { a: '1' }) })
    await using reeve = fleet.run()
    await fleet.recorded('acme', ({ state }) => state === 'healthy')

    next.push(fault)
    await fleet.push({ 'acme/a.yaml': configMap('default', fault, { a: '2' }) })
    await liveWhen(controlPlane, 'default', `configmap/${fault}`, isAt('2'))
    t.is(proxy.injected.get(fault), 1)
    await kubectl(controlPlane, 'patch', `configmap/${fault}`, '-p', '{"data":{"a":"drifted"}}')
    await liveWhen(controlPlane, 'default', `configmap/${fault}`, isAt('2'))
    t.false(reeve.log.some(({ code }) => code === 'internal'))
  })

test('objects are sealed although the token expires when the key is asked for', async (t) => {
  const { controlPlane } = t.context
  await using upstream = await openUpstream(controlPlane)
  let left = 1
  const plan = ({ path }: ApiCall) => (path.endsWith('-seal') && left-- > 0 ? 'expired-token' : undefined)
  const directory = await mkdtemp(join(controlPlane.directory, 'proxy-'))
  await using proxy = await FaultProxy.start({ upstream, plan, directory, seed: 'seal' })
  await using fleet = await startFleet(controlPlane, { name: 'sealed', kubeconfig: proxy.kubeconfig })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'sealed', { a: '1' }) })
  const { code, stderr } = await fleet.sync()
  t.is(code, 0)
  t.is(proxy.injected.get('expired-token'), 1)
  t.false(stderr.includes('no seal key'))
})

/** A token of the service account that holds as long as a Secret of that name, made with it, is there. */
async function tokenBoundTo(controlPlane: ControlPlane, secret: string): Promise<string> {
  await kubectl(controlPlane, 'create', 'secret', 'generic', secret)
  const bound = ['--bound-object-kind=Secret', `--bound-object-name=${secret}`]
  return kubectl(controlPlane, 'create', 'token', 'keeper', ...bound)
}

async function kubeconfigWith({ server, caFile, directory }: ControlPlane, user: object): Promise<string> {
  const file = join(directory, 'token.kubeconfig')
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: 'u', user }],
  }
  await writeFile(file, JSON.stringify(config))
  return file
}

/** Whether the API server, which remembers tokens for some seconds, refuses those credentials. */
async function isRefused(kubeconfig: string): Promise<boolean> {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig))
  try {
    await client.raw('GET', '/api/v1/namespaces/default')
    return false
  } catch (error) {
    return error instanceof ApiError && error.code === 401
  } finally {
    await client[Symbol.asyncDispose]()
  }
}

function isAt(a: string): (object: LiveObject) => boolean {
  return ({ data }) => JSON.stringify(data) === JSON.stringify({ a })
}
