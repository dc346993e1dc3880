import { objectIn } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { imageIn, NODE, template } from '../../helpers/blue-green/application.ts'
import { watchServed } from '../../helpers/blue-green/served.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { imagesOf } from '../../helpers/images-of.ts'
import { apply, liveAll, liveWhen } from '../../helpers/live.ts'
import { namespace } from '../../helpers/manifests.ts'
import { own } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'

// With kube-controller-manager: its controllers run the Pods, and tell what the Service sends to.
const test = controlPlaneTest({ controllers: true })

const failureOf = (pod: LiveObject) => (imagesOf(pod)[0]?.endsWith(':bad') ? { exitCode: 1 } : undefined)
const document = (keepOldFor: string) =>
  own('Installation', 'acme', `{strategy: blueGreen, keepOldFor: ${keepOldFor}}`)
const copyIn = ({ spec }: LiveObject) => objectIn(objectIn(spec).selector)['reeve.dev/copy']

test('Services switch to another copy once it is well, and back at once, and send to something all the while', async (t) => {
  t.timeout(300_000)
  const { controlPlane } = t.context
  const name = 'bluegreen'
  await apply(controlPlane, NODE)
  await using _pods = startPodSimulator(controlPlane.kubeconfig, { failureOf })
  await using fleet = await startFleet(controlPlane, { name })
  const deployments = () => liveAll(controlPlane, name, 'deployment', 'reeve.dev/copy')
  const images = async () => (await deployments()).flatMap((each) => imageIn(each) ?? []).sort()
  const imagesWhen = (...wanted: readonly string[]) =>
    until(`only ${wanted}`, async () => {
      const found = await images()
      return JSON.stringify(found) === JSON.stringify(wanted) ? found : undefined
    })
  const serving = async (image: string) => {
    const [found] = (await deployments()).filter((each) => imageIn(each) === image)
    const copy = found?.metadata.labels?.['reeve.dev/copy']
    await liveWhen(
      controlPlane,
      name,
      'service/web',
      (service) => copy !== undefined && copyIn(service) === copy,
    )
    return { copy: String(copy), uid: found?.metadata.uid }
  }
  const servingWhen = (image: string) =>
    until(`${image} to be there`, async () => ((await images()).includes(image) ? true : undefined)).then(
      () => serving(image),
    )

  await fleet.push({
    'acme/ns.yaml': namespace(name),
    'acme/all.yaml': template(name, 'web:1'),
    'acme/i.yaml': document('1h'),
  })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const first = await servingWhen('web:1')
  await using served = watchServed(controlPlane.kubeconfig, name, 'web')
  const servedBy = (copy: string) =>
    until(`only ${copy}`, () => {
      const last = served.seen.at(-1) ?? []
      return last.length === 2 && last.every((pod) => pod.startsWith(`web-${copy}-`)) ? true : undefined
    })
  await servedBy(first.copy)

  await fleet.push({ 'acme/all.yaml': template(name, 'web:2') })
  const second = await servingWhen('web:2')
  await servedBy(second.copy)
  const { copy } = await fleet.recorded(
    'acme',
    (record) => record.copy?.name === second.copy && record.state === 'healthy',
  )
  t.is(copy?.before, first.copy)
  t.deepEqual(await images(), ['web:1', 'web:2'], 'the old copy runs on')

  const pods = async () =>
    (await liveAll(controlPlane, name, 'pod', 'app=web')).map(({ metadata }) => metadata.uid).sort()
  const before = await pods()
  await fleet.push({ 'acme/all.yaml': template(name, 'web:1') })
  const back = await servingWhen('web:1')
  t.deepEqual(back, first, 'the same copy')
  await servedBy(first.copy)
  await fleet.recorded('acme', (record) => record.copy?.name === first.copy && record.state === 'healthy')
  t.deepEqual(await pods(), before, 'no Pod began or ended for it')

  await fleet.push({ 'acme/all.yaml': template(name, 'web:bad') })
  await fleet.recorded('acme', ({ state }) => state === 'degraded')
  t.is(
    copyIn(await liveWhen(controlPlane, name, 'service/web')),
    first.copy,
    'nothing is switched to what is not well',
  )
  t.true((await images()).includes('web:bad'))

  await fleet.push({ 'acme/i.yaml': document('2s'), 'acme/all.yaml': template(name, 'web:3') })
  const third = await servingWhen('web:3')
  await servedBy(third.copy)
  await imagesWhen('web:3')
  const configs = await liveAll(controlPlane, name, 'configmap', 'reeve.dev/copy')
  await until(
    'its ConfigMap alone',
    async () => (await liveAll(controlPlane, name, 'configmap', 'reeve.dev/copy')).length === 1 || undefined,
  )
  t.true(configs.length > 0)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  // In place again, the copy serves until what replaces it is well.
  await fleet.push({ 'acme/i.yaml': own('Installation', 'acme', '{version: "1"}') })
  await liveWhen(controlPlane, name, 'service/web', (service) => copyIn(service) === undefined)
  await imagesWhen()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  t.deepEqual(
    served.seen.filter((each) => each.length === 0),
    [],
  )
  t.false(reeve.log.some(({ level }) => level === 'error'))
})
