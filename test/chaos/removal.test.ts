import { rm } from 'node:fs/promises'
import { objectIn } from '../../src/model/json.ts'
import { leaseName } from '../../src/model/lease-name.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { NODE } from '../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startCountingProxy } from '../helpers/counting-proxy.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../helpers/manifests.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'
import { own } from '../helpers/rollout-documents.ts'

const test = controlPlaneTest({ controllers: true })

const NAME = 'killedremoval'
/** A removal patches the Deployment to sleep; when the grace is over, two objects go. */
const WRITES = ['PATCH deployments/', 'DELETE deployments/', 'DELETE configmaps/']

/** An installation with data and a workload, in the one namespace. */
function files(name: string, grace: string): Record<string, string> {
  return {
    [`${name}/i.yaml`]: own('Installation', name, `{deletion: {grace: ${grace}}}`),
    [`${name}/all.yaml`]: documents(
      configMap(NAME, `${name}-data`, { a: '1' }),
      deployment(NAME, `${name}-web`, 2),
    ),
  }
}

const remove = (name: string) => [{ [name]: undefined }, `Remove\n\nReeve-Allow-Deletion: ${name}`] as const

test('a Reeve that is killed at any step of a removal, or of a return, comes to the same end, and never before its time', async (t) => {
  t.timeout(600_000)
  const { controlPlane } = t.context
  await apply(controlPlane, NODE)
  await using _pods = startPodSimulator(controlPlane.kubeconfig)
  let writes: string[] = []
  let killAt = Number.POSITIVE_INFINITY
  let reeve: ReeveProcess | undefined
  await using proxy = await startCountingProxy(controlPlane, {
    name: NAME,
    mishap: ({ method, path }) => {
      if (method === 'GET' || !path.includes(`/namespaces/${NAME}/`)) return undefined
      if (writes.length >= killAt) {
        reeve?.signal('SIGKILL')
        return 404
      }
      writes.push(`${method} ${path.split('/').slice(-2).join('/')}`)
      return undefined
    },
  })
  await using fleet = await startFleet(proxy, { name: NAME })
  const asleep = (name: string) =>
    liveWhen(controlPlane, NAME, `deployment/${name}-web`, ({ spec }) => objectIn(spec).replicas === 0)
  const awake = (name: string) =>
    liveWhen(controlPlane, NAME, `deployment/${name}-web`, ({ spec }) => objectIn(spec).replicas === 2)
  /** Has Reeve killed instead of the write that follows so many others, and starts another one. */
  const killedAt = async (step: number, push: () => Promise<unknown>) => {
    writes = []
    killAt = step
    await push()
    await reeve?.exited
    killAt = Number.POSITIVE_INFINITY
    t.log(`killed after ${writes.length} writes: ${writes.join(', ')}`)
    t.is(writes.length, step)
    await kubectl(controlPlane, '-n', 'default', 'delete', 'lease', leaseName(NAME))
    if (step % 2 === 0) await rm(fleet.dataDir, { recursive: true, force: true })
    reeve = fleet.run()
    return reeve
  }

  await fleet.push({ 'beside/ns.yaml': namespace(NAME), 'beside/all.yaml': configMap(NAME, 'beside', {}) })
  reeve = fleet.run()
  for (const [step, write] of WRITES.entries()) {
    const name = `gone${step}`
    await fleet.push(files(name, '8s'))
    await fleet.recorded(name, ({ state }) => state === 'healthy')
    const again = await killedAt(step, () => fleet.push(...remove(name)))
    const { deletion } = await fleet.recorded(name, (record) => record.deletion !== undefined)
    await goneWhen(controlPlane, NAME, `configmap/${name}-data`)
    t.true(Date.now() >= Date.parse(deletion?.until ?? ''), `killed before ${write}: its grace is over`)
    await goneWhen(controlPlane, NAME, `deployment/${name}-web`)
    t.deepEqual(
      again.log.filter(({ code }) => code === 'internal'),
      [],
    )
  }

  const name = 'back'
  await fleet.push(files(name, '7d'))
  await fleet.recorded(name, ({ state }) => state === 'healthy')
  const { metadata } = (await live(controlPlane, NAME, `configmap/${name}-data`)) ?? {}
  await fleet.push(...remove(name))
  await fleet.recorded(name, ({ state }) => state === 'deletion-pending')
  await asleep(name)
  await killedAt(0, () => fleet.push(files(name, '7d'), 'Back again'))
  await awake(name)
  const { deletion } = await fleet.recorded(name, ({ state }) => state === 'healthy')
  t.is(deletion, undefined)
  t.is((await live(controlPlane, NAME, `configmap/${name}-data`))?.metadata.uid, metadata?.uid)
  t.like(await live(controlPlane, NAME, 'configmap/beside'), { kind: 'ConfigMap' })
  reeve.signal('SIGTERM')
  await reeve.exited
})
