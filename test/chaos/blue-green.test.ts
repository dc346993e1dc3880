import { objectIn } from '../../src/model/json.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { imageIn, NODE, template } from '../helpers/blue-green/application.ts'
import { watchServed } from '../helpers/blue-green/served.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { apply, liveAll, liveWhen } from '../helpers/live.ts'
import { namespace } from '../helpers/manifests.ts'
import { own } from '../helpers/rollout-documents.ts'
import { until } from '../helpers/until.ts'
import { startKilledReeve } from './killed-reeve.ts'

const test = controlPlaneTest({ controllers: true })

/** Writes of a switch: a ConfigMap and a Deployment come, the Service changes, and the old ones go. */
const WRITES = 5
const NAME = 'killedcopies'

const files = (image: string) => ({ 'acme/all.yaml': template(NAME, image) })
const copyIn = ({ spec }: LiveObject) => objectIn(objectIn(spec).selector)['reeve.dev/copy']

test('a Reeve that is killed at any step of a switch brings it to the same end, and the Service sends to something all the while', async (t) => {
  t.timeout(600_000)
  const { controlPlane } = t.context
  await apply(controlPlane, NODE)
  await using _pods = startPodSimulator(controlPlane.kubeconfig)
  await using bed = await startKilledReeve(t, controlPlane, NAME)
  const { fleet } = bed
  const alone = (image: string) =>
    until(`only ${image}`, async () => {
      const all = await liveAll(controlPlane, NAME, 'deployment', 'reeve.dev/copy')
      const configs = await liveAll(controlPlane, NAME, 'configmap', 'reeve.dev/copy')
      const [only] = all
      const isAlone = all.length === 1 && configs.length === 1 && only && imageIn(only) === image
      return isAlone ? only.metadata.labels?.['reeve.dev/copy'] : undefined
    }) as Promise<string>
  await fleet.push({
    'acme/ns.yaml': namespace(NAME),
    'acme/i.yaml': own('Installation', 'acme', '{strategy: blueGreen, keepOldFor: 1s}'),
    ...files('web:0'),
  })
  bed.start()
  await alone('web:0')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await using served = watchServed(controlPlane.kubeconfig, NAME, 'web')
  await until('Pods that are served', () => (served.seen.at(-1)?.length === 2 ? true : undefined))

  for (let step = 0; step < WRITES; step += 1) {
    const image = `web:${step + 1}`
    const reeve = await bed.killedAt(step, () => fleet.push(files(image)))
    const copy = await alone(image)
    await liveWhen(controlPlane, NAME, 'service/web', (service) => copyIn(service) === copy)
    await fleet.recorded('acme', (record) => record.state === 'healthy' && record.copy?.name === copy)
    t.deepEqual(
      reeve.log.filter(({ code }) => code === 'internal'),
      [],
    )
  }
  t.deepEqual(
    served.seen.filter((each) => each.length === 0),
    [],
  )
  await bed.stop()
})
