import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { Discovery } from '../../../src/adapters/cluster/discovery.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import type { LiveObject, ObjectKey } from '../../../src/model/object.ts'
import type { HealthRule } from '../../../src/model/rules.ts'
import type { Kinds } from '../../../src/model/schema.ts'
import type { Health, Problem } from '../../../src/model/status.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { HealthTracker } from '../../../src/stages/health/health-tracker.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { apply, kubectl } from '../../helpers/live.ts'
import { deployment, documents, namespace } from '../../helpers/manifests.ts'
import { bindPod, containerStatus, podsWhen, ready, setPodStatus, waiting } from '../../helpers/stuck-pods.ts'
import { until } from '../../helpers/until.ts'

interface Context {
  readonly controlPlane: ControlPlane
  /** Of the test itself. */
  readonly client: ClusterClient
  readonly kinds: Kinds
}

const WITHIN_MS = 90_000

const test = controlPlaneTest({ controllers: true }, async ({ kubeconfig }) => {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig))
  return { client, kinds: await new Discovery(client).kinds() }
})

test.after.always(({ context }) => context.client?.[Symbol.asyncDispose]())

test('a missing image is told with its Pod, until it is mended; then nobody asks any more', async (t) => {
  const { controlPlane, client } = t.context
  await apply(controlPlane, documents(namespace('image'), deployment('image', 'web')))
  await using tracked = track(t.context, 'image', 'apps/Deployment/web')
  t.is(await tracked.when(/available/), 'progressing: 0 of 1 replicas available')
  const [pod = ''] = await podsWhen(controlPlane, 'image', 'app=web')
  await setPodStatus(client, 'image', pod, waiting('ErrImagePull', 'web:1 not found'))
  const stuck = await tracked.when(/^degraded/)
  t.is(
    stuck,
    `degraded: 0 of 1 replicas available; Pod ${pod}: container web: ImagePullBackOff: web:1 not found`,
  )
  await setPodStatus(client, 'image', pod, waiting('ImagePullBackOff', 'Back-off pulling image'))
  const { length } = tracked.news
  await sleep(6_000)
  t.is(await tracked.told(), stuck)
  t.is(tracked.news.length, length)

  const image = '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"web:2"}]}}}}'
  await kubectl(controlPlane, '-n', 'image', 'patch', 'deployment/web', '-p', image)
  await tracked.when(/^progressing/)
  const pods = await until('a second Pod', async () => {
    const names = await podsWhen(controlPlane, 'image', 'app=web')
    return names.length > 1 ? names : undefined
  })
  await Promise.all(
    pods.filter((name) => name !== pod).map((name) => setPodStatus(client, 'image', name, ready())),
  )
  await tracked.when(/^healthy/)
  const since = new Date()
  await sleep(6_000)
  t.deepEqual(await tracked.podRequests(since), [])
})

test('a crash loop stays told while the container is up for a moment', async (t) => {
  const { controlPlane, client } = t.context
  await apply(controlPlane, documents(namespace('crash'), deployment('crash', 'web')))
  await using tracked = track(t.context, 'crash', 'apps/Deployment/web')
  const [pod = ''] = await podsWhen(controlPlane, 'crash', 'app=web')
  const terminated = { exitCode: 1, reason: 'Error', message: 'no database\n' }
  const lastState = { lastState: { terminated }, restartCount: 2 }
  const crashing = { ...waiting('CrashLoopBackOff', 'back-off 20s', lastState), phase: 'Running' }
  await setPodStatus(client, 'crash', pod, crashing)
  const stuck = await tracked.when(/^degraded/)
  const problem = `container web: CrashLoopBackOff: ended with exit code 1: no database`
  t.is(stuck, `degraded: 0 of 1 replicas available; Pod ${pod}: ${problem}`)

  await setPodStatus(client, 'crash', pod, ready())
  await until('an available replica', async () => statusOf(await tracked.live()).availableReplicas === 1)
  t.is(await tracked.told(), stuck)
  const since = new Date()
  await sleep(4_000)
  t.is(await tracked.told(), stuck)
  t.deepEqual(await tracked.podRequests(since), [])
  const down = { ...crashing, conditions: [{ type: 'Ready', status: 'False' }] }
  await setPodStatus(client, 'crash', pod, down)
  await until(
    'no available replica',
    async () => statusOf(await tracked.live()).availableReplicas === undefined,
  )
  t.is(await tracked.told(), stuck)
  await sleep(6_000)
  t.is(await tracked.told(), stuck)

  const template = { metadata: { annotations: { mended: 'yes' } } }
  const patch = JSON.stringify({ spec: { template } })
  await kubectl(controlPlane, '-n', 'crash', 'patch', 'deployment/web', '-p', patch)
  await tracked.when(/^progressing/)
})

test('what only Events tell is told when a start takes longer than usual', async (t) => {
  const { controlPlane, client } = t.context
  await apply(controlPlane, documents(namespace('mount'), deployment('mount', 'web')))
  await using tracked = track(t.context, 'mount', 'apps/Deployment/web')
  await tracked.told()
  const [pod = ''] = await podsWhen(controlPlane, 'mount', 'app=web')
  await bindPod(client, 'mount', pod)
  await setPodStatus(client, 'mount', pod, waiting('ContainerCreating'))
  const uid = await kubectl(controlPlane, '-n', 'mount', 'get', 'pod', pod, '-o', 'jsonpath={.metadata.uid}')
  const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace: 'mount', name: pod, uid }
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'mount.1', namespace: 'mount' },
    involvedObject,
    type: 'Warning',
    reason: 'FailedMount',
    message: 'MountVolume.SetUp failed for volume "settings" : configmap "web" not found',
    lastTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
  }
  await apply(controlPlane, JSON.stringify(event))
  t.is(
    await tracked.when(/Pod/),
    `progressing: 0 of 1 replicas available; Pod ${pod}: FailedMount: ${event.message}`,
  )
})

test('a workload whose Pods are refused says why', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, namespace('strict'))
  await kubectl(controlPlane, 'label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=restricted')
  await apply(controlPlane, deployment('strict', 'web').replace('"Deployment"', '"StatefulSet"'))
  await using tracked = track(t.context, 'strict', 'apps/StatefulSet/web')
  const told = await tracked.when(/Event/)
  t.regex(
    told,
    /^progressing: 0 of 1 replicas ready; Event: FailedCreate: [cC]reate Pod web-0 in StatefulSet web failed/,
  )
  t.regex(told, /violates PodSecurity .*runAsNonRoot/)
})

test('a failed Job says how its Pod ended', async (t) => {
  const { controlPlane, client } = t.context
  const containers = [{ name: 'web', image: 'web:1' }]
  const spec = { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers } } }
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', namespace: 'job' }, spec }
  await apply(controlPlane, documents(namespace('job'), JSON.stringify(job)))
  await using tracked = track(t.context, 'job', 'batch/Job/migrate')
  t.regex(await tracked.told(), /^progressing/)
  const [pod = ''] = await podsWhen(controlPlane, 'job', 'job-name=migrate')
  const terminated = { exitCode: 3, reason: 'Error', message: 'column "x" does not exist' }
  await setPodStatus(client, 'job', pod, {
    phase: 'Failed',
    containerStatuses: [containerStatus({ terminated })],
  })
  const told = await tracked.when(/^degraded.*Pod/)
  t.regex(told, /^degraded: BackoffLimitExceeded: Job has reached the specified backoff limit; /)
  t.true(told.endsWith(`; Pod ${pod}: container web: ended with exit code 3: column "x" does not exist`))
})

test('without rights to Pods everything else is told, and that is said once', async (t) => {
  const { controlPlane } = t.context
  await apply(
    controlPlane,
    documents(namespace('rights'), deployment('rights', 'web'), deployment('rights', 'api')),
  )
  await kubectl(controlPlane, '-n', 'rights', 'create', 'serviceaccount', 'blind')
  const may = ['create', 'role', 'read', '--verb=get', '--resource=deployments.apps']
  await kubectl(controlPlane, '-n', 'rights', ...may)
  await kubectl(
    controlPlane,
    '-n',
    'rights',
    'create',
    'rolebinding',
    'read',
    '--role=read',
    '--serviceaccount=rights:blind',
  )
  const token = (await kubectl(controlPlane, '-n', 'rights', 'create', 'token', 'blind')).trim()
  const kubeconfig = join(controlPlane.directory, 'blind.kubeconfig')
  await writeFile(kubeconfig, kubeconfigOf(controlPlane, token))
  await using tracked = track(t.context, 'rights', 'apps/Deployment/web', { kubeconfig })
  await tracked.when(/available/)
  await until('the log to say so', () => tracked.log.length > 0)
  tracked.tracker.health('rights', await tracked.live('api'))
  await sleep(6_000)
  t.is(await tracked.told(), 'progressing: 0 of 1 replicas available')
  t.is(tracked.log.length, 1)
  t.like(tracked.log[0], { msg: 'not allowed to read Pods: why they do not start stays unknown' })
  t.is((await tracked.podRequests()).length, 1)
})

test('what is not ready in time is degraded, and a later Reeve says the same at once', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, documents(namespace('late'), deployment('late', 'web')))
  const rules = [{ objects: { kind: 'Deployment' }, deadlineMs: 3_000 }]
  await using first = track(t.context, 'late', 'apps/Deployment/web', { rules })
  t.regex(await first.told(), /^progressing/)
  const late = 'degraded: not ready for 3 seconds: 0 of 1 replicas available'
  await until('the news that it is late', () => first.news.length > 0)
  await first.when(/^degraded.*available/)
  const before = await first.health()
  t.is(textOf(before), late)
  first.tracker[Symbol.dispose]()

  const recorded = [problemOf('Deployment.apps late/web', before)]
  await using second = track(t.context, 'late', 'apps/Deployment/web', { rules, recorded })
  t.deepEqual(await second.health(), before)
})

test('a stuck Pod that an earlier Reeve recorded is not forgotten until it is looked at', async (t) => {
  const { controlPlane, client } = t.context
  await apply(controlPlane, documents(namespace('again'), deployment('again', 'web')))
  await using first = track(t.context, 'again', 'apps/Deployment/web')
  const [pod = ''] = await podsWhen(controlPlane, 'again', 'app=web')
  await setPodStatus(client, 'again', pod, waiting('ErrImagePull', 'first words'))
  await first.when(/^degraded/)
  const before = await first.health()
  first.tracker[Symbol.dispose]()

  await setPodStatus(client, 'again', pod, waiting('ImagePullBackOff', 'other words'))
  const recorded = [problemOf('Deployment.apps again/web', before)]
  await using second = track(t.context, 'again', 'apps/Deployment/web', { recorded })
  t.deepEqual(await second.health(), before)
  await until('a look at the Pods', async () => (await second.podRequests()).length > 0)
  await sleep(1_000)
  t.deepEqual(await second.health(), before)
  t.deepEqual(second.news, [])

  await setPodStatus(client, 'again', pod, ready())
  await second.when(/^healthy/)
})

test('a rule of the installation wins over one for all, and an object that is gone is forgotten', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, documents(namespace('rules'), deployment('rules', 'web')))
  const objects = { group: 'apps', kind: 'Deployment' }
  const own = [{ objects: { ...objects, name: 'web' }, degraded: 'true', message: '"own"' }]
  const rules = [{ objects, degraded: 'true', message: '"for all"' }]
  await using tracked = track(t.context, 'rules', 'apps/Deployment/web', { own, rules })
  t.is(await tracked.told(), 'degraded: own')
  tracked.tracker.retain('rules', () => false)
  await sleep(1_000)
  const since = new Date()
  await sleep(7_000)
  t.deepEqual(await tracked.podRequests(since), [])
})

test('a Pod that cannot be scheduled is told without delay', async (t) => {
  const { controlPlane, client } = t.context
  await apply(controlPlane, documents(namespace('full'), deployment('full', 'web')))
  await using tracked = track(t.context, 'full', 'apps/Deployment/web')
  await tracked.told()
  const [pod = ''] = await podsWhen(controlPlane, 'full', 'app=web')
  const message = '0/3 nodes are available: 3 Insufficient memory.'
  const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
  await setPodStatus(client, 'full', pod, { phase: 'Pending', conditions: [scheduled] })
  await tracked.when(/Unschedulable: 0\/3 nodes/)
  const [problem] = [await tracked.health()]
  const since = problem.status === 'healthy' ? '' : (problem.since ?? '')
  t.true(Date.now() - Date.parse(since) < 15_000, since)
})

test('a custom resource that says nothing is progressing while it is young', async (t) => {
  await using tracked = track(t.context, 'silent', 'apps/Deployment/web')
  const born = (ageMs: number): LiveObject => ({
    apiVersion: 'example.dev/v1',
    kind: 'Chat',
    metadata: {
      name: 'a',
      namespace: 'silent',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: new Date(Date.now() - ageMs).toISOString(),
    },
  })
  const told = (object: LiveObject) => textOf(tracked.tracker.health('silent', object))
  t.is(told(born(60_000)), 'healthy')
  t.is(told(born(-3_600_000)), 'healthy')
  t.is(told({ ...born(0), apiVersion: 'example.com/v1' }), 'healthy')
  t.is(told(born(29_000)), 'progressing: has no status yet')
  await until(
    'it to be old enough',
    async () => (tracked.news.includes('silent') ? true : undefined),
    WITHIN_MS,
  )
  t.is(told(born(30_000)), 'healthy')
})

interface TrackOptions {
  readonly kubeconfig?: string
  readonly rules?: readonly HealthRule[]
  readonly own?: readonly HealthRule[]
  readonly recorded?: readonly Problem[]
}

let trackers = 0

/** A tracker of one object, as the controller would use it, with a client of its own. */
function track(
  { controlPlane, client, kinds }: Context,
  home: string,
  what: string,
  options: TrackOptions = {},
) {
  const { kubeconfig = controlPlane.kubeconfig, rules = [], own = [], recorded = [] } = options
  const [group = '', kind = '', name = ''] = what.split('/')
  const userAgent = `tracker-${++trackers}.`
  const asked = new ClusterClient(() => loadKubeConfig(kubeconfig), { userAgent })
  const news: string[] = []
  const log: Record<string, unknown>[] = []
  const tracker = new HealthTracker({
    client: asked,
    hasKeys: false,
    rules,
    rulesOf: () => own,
    recorded: () => recorded,
    onNews: (installation) => news.push(installation),
    hasStatus: ({ apiVersion }) => apiVersion.startsWith('example.dev/'),
    log: pino({}, { write: (line) => log.push(JSON.parse(line)) }),
  })
  const resource = kinds.preferred(group, kind)
  let last: LiveObject | undefined
  const live = async (other = name): Promise<LiveObject> => {
    const key: ObjectKey = { group, kind, namespace: home, name: other }
    const found = resource && (await client.get(resource, key))
    if (found === undefined) throw new Error(`no ${what}`)
    // The cache, too, has the same object as long as it is the same.
    if (found.metadata.resourceVersion !== last?.metadata.resourceVersion) last = found
    return last
  }
  const health = async () => tracker.health(home, await live())
  const told = async () => textOf(await health())
  const when = (pattern: RegExp): Promise<string> => {
    const look = async () => {
      const text = await told()
      return pattern.test(text) ? text : undefined
    }
    return until(`${what} to be ${pattern}`, look, WITHIN_MS) as Promise<string>
  }
  const podRequests = async (since?: Date) =>
    (await controlPlane.requests({ userAgent, since })).filter(({ resource }) => resource === 'pods')
  return {
    tracker,
    news,
    log,
    live,
    health,
    told,
    when,
    podRequests,
    async [Symbol.asyncDispose]() {
      tracker[Symbol.dispose]()
      await asked[Symbol.asyncDispose]()
    },
  }
}

function textOf(health: Health): string {
  return health.status === 'healthy' ? 'healthy' : `${health.status}: ${health.message}`
}

function problemOf(object: string, health: Health): Problem {
  const { status, ...rest } = health
  return { code: status, object, message: '', ...rest }
}

function statusOf(live: LiveObject): { readonly availableReplicas?: number } {
  return live.status as { readonly availableReplicas?: number }
}

function kubeconfigOf({ server, caFile }: ControlPlane, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'blind',
    clusters: [{ name: 'blind', cluster: { server, 'certificate-authority': caFile } }],
    contexts: [{ name: 'blind', context: { cluster: 'blind', user: 'blind' } }],
    users: [{ name: 'blind', user: { token } }],
  })
}
