import { objectIn } from '../../src/model/json.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { NODE } from '../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { apply, goneWhen, live, liveWhen } from '../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../helpers/manifests.ts'
import { own } from '../helpers/rollout-documents.ts'
import { startKilledReeve } from './killed-reeve.ts'

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
  await using bed = await startKilledReeve(t, controlPlane, NAME)
  const { fleet } = bed
  const asleep = (name: string) =>
    liveWhen(controlPlane, NAME, `deployment/${name}-web`, ({ spec }) => objectIn(spec).replicas === 0)
  const awake = (name: string) =>
    liveWhen(controlPlane, NAME, `deployment/${name}-web`, ({ spec }) => objectIn(spec).replicas === 2)

  await fleet.push({ 'beside/ns.yaml': namespace(NAME), 'beside/all.yaml': configMap(NAME, 'beside', {}) })
  bed.start()
  for (const [step, write] of WRITES.entries()) {
    const name = `gone${step}`
    await fleet.push(files(name, '8s'))
    await fleet.recorded(name, ({ state }) => state === 'healthy')
    const again = await bed.killedAt(step, () => fleet.push(...remove(name)))
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
  await bed.killedAt(0, () => fleet.push(files(name, '7d'), 'Back again'))
  await awake(name)
  const { deletion } = await fleet.recorded(name, ({ state }) => state === 'healthy')
  t.is(deletion, undefined)
  t.is((await live(controlPlane, NAME, `configmap/${name}-data`))?.metadata.uid, metadata?.uid)
  t.like(await live(controlPlane, NAME, 'configmap/beside'), { kind: 'ConfigMap' })
  await bed.stop()
})
