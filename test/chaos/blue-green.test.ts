import { rm } from 'node:fs/promises'
import { objectIn } from '../../src/model/json.ts'
import { leaseName } from '../../src/model/lease-name.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { imageIn, NODE, template } from '../helpers/blue-green/application.ts'
import { watchServed } from '../helpers/blue-green/served.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startCountingProxy } from '../helpers/counting-proxy.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, liveAll, liveWhen } from '../helpers/live.ts'
import { namespace } from '../helpers/manifests.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'
import { own } from '../helpers/rollout-documents.ts'
import { until } from '../helpers/until.ts'

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
  let writes: string[] = []
  let killAt = Number.POSITIVE_INFINITY
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
  let reeve: ReeveProcess | undefined
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
  reeve = fleet.run()
  await alone('web:0')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await using served = watchServed(controlPlane.kubeconfig, NAME, 'web')
  await until('Pods that are served', () => (served.seen.at(-1)?.length === 2 ? true : undefined))

  for (let step = 0; step < WRITES; step += 1) {
    const image = `web:${step + 1}`
    writes = []
    killAt = step
    await fleet.push(files(image))
    await reeve.exited
    killAt = Number.POSITIVE_INFINITY
    t.log(`killed after ${writes.length} writes: ${writes.join(', ')}`)
    t.is(writes.length, step)
    await kubectl(controlPlane, '-n', 'default', 'delete', 'lease', leaseName(NAME))
    if (step % 2 === 0) await rm(fleet.dataDir, { recursive: true, force: true })
    reeve = fleet.run()
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
  reeve.signal('SIGTERM')
  await reeve.exited
})
