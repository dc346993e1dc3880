import { isJsonObject, type JsonObject, objectIn } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { liveAll, liveWhen } from '../../helpers/live.ts'
import { deployment, documents, namespace } from '../../helpers/manifests.ts'
import { own } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'

// With kube-controller-manager: its controllers replace the Pods.
const test = controlPlaneTest({ controllers: true })

const workload = (kind: string, in_: string, name: string, spec: JsonObject) => {
  const labels = { app: name }
  return `${JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: in_ },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      ...spec,
    },
  })}\n`
}

const IGNORE =
  'ignore: [{kind: Deployment, fields: [/spec/template/metadata, /spec/replicas]}, {kind: StatefulSet, managers: [someone]}]'

const document = (at: string, more = '') => own('Installation', 'acme', `{${IGNORE}${at}${more}}`)
const at = (time: string) => `, restartedAt: "${time}"`

const uids = (pods: readonly LiveObject[]) => pods.map(({ metadata }) => metadata.uid).sort()
const annotation = ({ metadata }: LiveObject) => metadata.annotations?.['reeve.dev/restartedAt']

test('a later restartedAt replaces the Pods, whatever rules ignore, once, and after waking', async (t) => {
  const { controlPlane } = t.context
  const name = 'restarted'
  await using _pods = startPodSimulator(controlPlane.kubeconfig)
  await using fleet = await startFleet(controlPlane, { name })
  const pods = (app: string) => liveAll(controlPlane, name, 'pod', `app=${app}`)
  const podsWhen = (app: string, count: number, time: string | undefined) =>
    until(`${count} ${app} of ${time}`, async () => {
      const found = (await pods(app)).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      return found.length === count && found.every((pod) => annotation(pod) === time) ? found : undefined
    }) as Promise<readonly LiveObject[]>
  await fleet.push({
    'acme/all.yaml': documents(
      namespace(name),
      deployment(name, 'web', 2),
      workload('StatefulSet', name, 'db', { replicas: 1, serviceName: 'db' }),
    ),
    'acme/i.yaml': document(''),
  })
  await using reeve = fleet.run()
  const first = await podsWhen('web', 2, undefined)
  await podsWhen('db', 1, undefined)

  await fleet.push({ 'acme/i.yaml': document(at('2026-12-01T06:00:00Z')) })
  const second = await podsWhen('web', 2, '2026-12-01T06:00:00Z')
  await podsWhen('db', 1, '2026-12-01T06:00:00Z')
  t.false(second.some(({ metadata }) => uids(first).includes(metadata.uid)))

  // Another change of the document restarts nothing.
  await fleet.push({ 'acme/i.yaml': `${document(at('2026-12-01T06:00:00Z'))}# The same time.\n` })
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.deepEqual(uids(await podsWhen('web', 2, '2026-12-01T06:00:00Z')), uids(second))

  const asleep = ', hibernated: true'
  await fleet.push({ 'acme/i.yaml': document(at('2026-12-01T06:00:00Z'), asleep) })
  await podsWhen('web', 0, undefined)
  await fleet.push({ 'acme/i.yaml': document(at('2026-12-01T07:00:00Z'), asleep) })
  await liveWhen(controlPlane, name, 'deployment/web', ({ spec }) => {
    const { metadata } = objectIn(objectIn(spec).template)
    const { annotations } = objectIn(metadata)
    return isJsonObject(annotations) && annotations['reeve.dev/restartedAt'] === '2026-12-01T07:00:00Z'
  })
  t.is((await pods('web')).length, 0)
  await fleet.push({ 'acme/i.yaml': document(at('2026-12-01T07:00:00Z')) })
  await podsWhen('web', 2, '2026-12-01T07:00:00Z')
  await podsWhen('db', 1, '2026-12-01T07:00:00Z')
  t.false(reeve.log.some(({ level }) => level === 'error'))
})
