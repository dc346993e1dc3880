import { isJsonObject, type JsonObject, objectIn } from '../../src/model/json.ts'
import type { LiveObject } from '../../src/model/object.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { watchServed } from '../helpers/blue-green/served.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { goneWhen, liveAll, liveWhen } from '../helpers/live.ts'
import { documents, namespace as namespaceOf } from '../helpers/manifests.ts'
import { mattermost, mattermostSecrets } from '../helpers/mattermost-operator/manifests.ts'
import { startMattermostOperator } from '../helpers/mattermost-operator/operator.ts'
import { own } from '../helpers/rollout-documents.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest({ controllers: true })
const parts = new AsyncDisposableStack()
let cluster: ControlPlane
const NAME = 'twochats'

test.before('start the operator', async (t) => {
  t.timeout(600_000) // where it is yet to be built
  cluster = t.context.controlPlane
  parts.use(startPodSimulator(cluster.kubeconfig, { jobDuration: 100 }))
  parts.use(await startMattermostOperator(cluster))
})

test.after.always('stop', () => parts.disposeAsync())

/** Its Pods are of no node: a Service tells those only where it tells all, and says which of them are ready. */
const service = `${JSON.stringify({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'app', namespace: NAME, annotations: { 'reeve.dev/strategies': 'blueGreen' } },
  spec: {
    selector: { app: 'mattermost', 'installation.mattermost.com/installation': 'chat' },
    ports: [{ port: 8065 }],
    clusterIP: 'None',
    publishNotReadyAddresses: true,
  },
})}\n`

const files = (version: string) => ({
  'acme/all.yaml': documents(
    namespaceOf(NAME),
    mattermostSecrets(NAME),
    mattermost(NAME, version, { ingress: { enabled: false } }),
    service,
  ),
})

const document = (keepOldFor: string, more = '') =>
  own('Installation', 'acme', `{strategy: blueGreen, keepOldFor: ${keepOldFor}${more}}`)

test('a second Mattermost comes beside the first, gets its Service, and gives it back', async (t) => {
  t.timeout(300_000)
  await using fleet = await startFleet(cluster, { name: NAME })
  const copyOf = async (version: string) => {
    const chats = await liveAll(cluster, NAME, 'mattermost', 'reeve.dev/copy')
    return chats.find(({ spec }) => objectIn(spec).version === version)?.metadata.labels?.['reeve.dev/copy']
  }
  const serving = (version: string) =>
    until(`the Service of ${version}`, async () => {
      const copy = await copyOf(version)
      const { spec } = await liveWhen(cluster, NAME, 'service/app')
      return copy !== undefined && selected(spec) === copy ? copy : undefined
    }) as Promise<string>

  await fleet.push({ ...files('10.8.1'), 'acme/i.yaml': document('1h') })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const first = await serving('10.8.1')
  await using served = watchServed(cluster.kubeconfig, NAME, 'app')
  const servedBy = (copy: string) =>
    until(`only ${copy}`, () => {
      const last = served.seen.at(-1) ?? []
      return last.length > 0 && last.every((pod) => pod.startsWith(`chat-${copy}-`)) ? true : undefined
    })
  await servedBy(first)

  await fleet.push(files('10.9.0'))
  const second = await serving('10.9.0')
  await servedBy(second)
  await fleet.recorded('acme', ({ state, copy }) => state === 'healthy' && copy?.name === second)
  const { status } = await liveWhen(cluster, NAME, `mattermost/chat-${first}`)
  t.like(status, { state: 'stable', version: '10.8.1' })

  await fleet.push(files('10.8.1'))
  t.is(await serving('10.8.1'), first)
  await servedBy(first)

  await fleet.push({ 'acme/i.yaml': document('1s') })
  await goneWhen(cluster, NAME, `mattermost/chat-${second}`)
  await goneWhen(cluster, NAME, `deployment/chat-${second}`)

  const annotated = ({ spec }: LiveObject) => {
    const { metadata } = objectIn(objectIn(spec).template)
    return objectIn(objectIn(metadata).annotations)['reeve.dev/restartedAt'] === '2026-12-01T06:00:00Z'
  }
  await fleet.push({ 'acme/i.yaml': document('1s', ', restartedAt: "2026-12-01T06:00:00Z"') })
  await liveWhen(cluster, NAME, `deployment/chat-${first}`, annotated)
  await fleet.recorded('acme', ({ state, copy }) => state === 'healthy' && copy?.name === first)
  t.deepEqual(
    served.seen.filter((each) => each.length === 0),
    [],
  )
  t.false(reeve.log.some(({ level }) => level === 'error'))
})

function selected(spec: unknown): unknown {
  return isJsonObject(spec as JsonObject)
    ? objectIn(objectIn(spec as JsonObject).selector)['reeve.dev/copy']
    : undefined
}
