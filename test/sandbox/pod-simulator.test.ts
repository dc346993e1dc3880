import test from 'ava'
import { ClusterClient } from '../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../src/adapters/cluster/load-kube-config.ts'
import { isJsonObject, type JsonObject } from '../../src/model/json.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { startControlPlane } from '../../src/sandbox/control-plane.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { imagesOf } from '../helpers/images-of.ts'
import { apply, kubectl, live, liveWhen } from '../helpers/live.ts'
import { deployment } from '../helpers/manifests.ts'
import { podsWhen, setPodStatus, waiting } from '../helpers/stuck-pods.ts'

const NAMESPACE = 'default'
const FAILURE = { exitCode: 3, message: 'out of luck' }

const cluster = await startControlPlane({ controllers: true })
const simulator = startPodSimulator(cluster.kubeconfig, {
  failureOf: (pod) => (imagesOf(pod).includes('broken:1') ? FAILURE : undefined),
  jobDuration: 2000,
})
const client = new ClusterClient(() => loadKubeConfig(cluster.kubeconfig))

test.after.always(async () => {
  await client[Symbol.asyncDispose]()
  await simulator[Symbol.asyncDispose]()
  await cluster.stop()
})

function podTemplate(app: string, image: string, restartPolicy: string): JsonObject {
  return { metadata: { labels: { app } }, spec: { restartPolicy, containers: [{ name: 'main', image }] } }
}

function job(name: string, image: string): string {
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { backoffLimit: 0, template: podTemplate(name, image, 'Never') },
  })
}

function statusOf({ status }: LiveObject): JsonObject {
  return isJsonObject(status) ? status : {}
}

async function podOf(app: string, fits: (status: JsonObject) => boolean): Promise<LiveObject> {
  const [name = ''] = await podsWhen(cluster, NAMESPACE, `app=${app}`)
  return liveWhen(cluster, NAMESPACE, `pod/${name}`, (pod) => fits(statusOf(pod)))
}

const isAvailable = (object: LiveObject) => statusOf(object).availableReplicas === 1

test("a Job's Pod runs for as long as it is told, then the Job is complete", async (t) => {
  await apply(cluster, job('brief', 'work:1'))
  const done = await liveWhen(cluster, NAMESPACE, 'job/brief', (object) => statusOf(object).succeeded === 1)
  const { startTime, completionTime } = statusOf(done)
  const seconds = (Date.parse(String(completionTime)) - Date.parse(String(startTime))) / 1000
  t.true(seconds >= 1, `${seconds} s`) // the times are in whole seconds
  t.like((await podOf('brief', ({ phase }) => phase === 'Succeeded')).status, {
    containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
  })
})

test("a Job's Pod that fails says how, and the Job fails", async (t) => {
  await apply(cluster, job('unlucky', 'broken:1'))
  const failed = await liveWhen(cluster, NAMESPACE, 'job/unlucky', (object) => statusOf(object).failed === 1)
  t.is(statusOf(failed).succeeded, undefined)
  t.like((await podOf('unlucky', ({ phase }) => phase === 'Failed')).status, {
    containerStatuses: [{ state: { terminated: { ...FAILURE, reason: 'Error' } } }],
  })
})

test("a Deployment's Pod that fails is in a crash loop", async (t) => {
  await apply(cluster, deployment(NAMESPACE, 'looping').replace('web:1', 'broken:1'))
  t.like((await podOf('looping', ({ phase }) => phase === 'Running')).status, {
    containerStatuses: [
      {
        ready: false,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: FAILURE },
      },
    ],
  })
  t.false(isAvailable(await liveWhen(cluster, NAMESPACE, 'deployment/looping')))
})

test('a Pod that replaces a deleted one becomes ready', async (t) => {
  await apply(cluster, deployment(NAMESPACE, 'replaced'))
  await liveWhen(cluster, NAMESPACE, 'deployment/replaced', isAvailable)
  const [first = ''] = await podsWhen(cluster, NAMESPACE, 'app=replaced')
  await kubectl(cluster, 'delete', 'pod', first)
  const second = await podOf('replaced', ({ phase }) => phase === 'Running')
  t.not(second.metadata.name, first)
})

test('what somebody else reports of a Pod stays', async (t) => {
  await apply(cluster, deployment(NAMESPACE, 'told'))
  const pod = await podOf('told', ({ phase }) => phase === 'Running')
  await setPodStatus(client, NAMESPACE, pod.metadata.name, waiting('ImagePullBackOff'))
  await kubectl(cluster, 'label', `pod/${pod.metadata.name}`, 'touched=yes')
  t.is(statusOf((await live(cluster, NAMESPACE, `pod/${pod.metadata.name}`)) ?? pod).phase, 'Pending')
})

test('after the API server was away the simulation goes on', async (t) => {
  await using another = await startControlPlane({ controllers: true })
  await using _simulator = startPodSimulator(another.kubeconfig)
  await another.killApiServer()
  await another.startApiServer()
  await apply(another, deployment(NAMESPACE, 'later'))
  t.true(isAvailable(await liveWhen(another, NAMESPACE, 'deployment/later', isAvailable)))
})
