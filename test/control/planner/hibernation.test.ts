import { isJsonObject, type JsonObject, objectIn } from '../../../src/model/json.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { custom, definition, documents, namespace } from '../../helpers/manifests.ts'
import { objectWrites } from '../../helpers/object-writes.ts'
import { own } from '../../helpers/rollout-documents.ts'

// With kube-controller-manager: its controllers scale down, and its autoscaler scales up.
const test = controlPlaneTest({ controllers: true })

const pods = { spec: { containers: [{ name: 'web', image: 'web:1' }] } }

function object(kind: string, apiVersion: string, in_: string, name: string, spec: JsonObject): string {
  return `${JSON.stringify({ apiVersion, kind, metadata: { name, namespace: in_ }, spec })}\n`
}

const workload = (kind: string, in_: string, name: string, replicas?: number) =>
  object(kind, 'apps/v1', in_, name, {
    ...(replicas !== undefined && { replicas }),
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, ...pods },
  })

const autoscaler = (in_: string, target: string, least: number) =>
  object('HorizontalPodAutoscaler', 'autoscaling/v2', in_, target, {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
    minReplicas: least,
    maxReplicas: 10,
  })

const everything = (in_: string) =>
  documents(
    namespace(in_),
    workload('Deployment', in_, 'web', 3),
    workload('Deployment', in_, 'scaled'),
    workload('Deployment', in_, 'ignored', 2),
    autoscaler(in_, 'scaled', 4),
    workload('StatefulSet', in_, 'db', 2),
    workload('DaemonSet', in_, 'agent'),
    object('CronJob', 'batch/v1', in_, 'nightly', {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: { spec: { ...pods.spec, restartPolicy: 'Never' } } } },
    }),
    `${JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone', namespace: in_ }, ...pods })}\n`,
    `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'data', namespace: in_ }, data: { a: '1' } })}\n`,
    custom('Machine', in_, 'one', 5),
  )

const document = (hibernated: boolean) =>
  own(
    'Installation',
    'acme',
    `{hibernated: ${hibernated}, ignore: [{kind: Deployment, name: ignored, fields: [/spec/replicas]}], hibernate: [{kind: Machine, set: {spec: {size: 0}}}]}`,
  )

test('workloads sleep and wake, whatever scales them, and all else stays', async (t) => {
  const { controlPlane } = t.context
  const name = 'asleep'
  await apply(controlPlane, definition('machines', 'Machine'))
  await using fleet = await startFleet(controlPlane, { name })
  const spec = async (what: string) =>
    objectIn(((await live(controlPlane, name, what)) as JsonObject | undefined)?.spec)
  const specWhen = (what: string, fits: (spec: JsonObject) => boolean) =>
    liveWhen(controlPlane, name, what, (found) => isJsonObject(found.spec) && fits(found.spec))
  await fleet.push({ 'acme/all.yaml': everything(name), 'acme/i.yaml': document(false) })
  await using reeve = fleet.run()
  await specWhen('deployment/scaled', ({ replicas }) => replicas === 4)
  await kubectl(controlPlane, '-n', name, 'scale', 'deployment/ignored', '--replicas=6')

  await fleet.push({ 'acme/i.yaml': document(true) })
  const { problems } = await fleet.recorded('acme', ({ state }) => state === 'hibernated')
  t.deepEqual(
    problems.filter(({ code }) => code !== 'suspended'),
    [],
  )
  for (const each of ['deployment/web', 'deployment/scaled', 'deployment/ignored', 'statefulset/db'])
    t.like(await spec(each), { replicas: 0 }, each)
  t.like(await spec('cronjob/nightly'), { suspend: true })
  t.like(await spec('machine/one'), { size: 0 })
  t.like(await live(controlPlane, name, 'daemonset/agent'), { status: { desiredNumberScheduled: 0 } })
  t.is(await live(controlPlane, name, 'pod/alone'), undefined)
  t.like(await live(controlPlane, name, 'configmap/data'), { data: { a: '1' } })
  t.not(await live(controlPlane, name, 'hpa/scaled'), undefined, 'autoscalers are left')

  const since = new Date()
  await kubectl(controlPlane, '-n', name, 'scale', 'deployment/ignored', '--replicas=1')
  await specWhen('deployment/ignored', ({ replicas }) => replicas === 0)
  t.deepEqual(
    [...new Set((await objectWrites(controlPlane, { since })).map(({ name }) => name))],
    ['ignored'],
    'nothing else is written while it sleeps',
  )

  await fleet.push({ 'acme/i.yaml': document(false) })
  await specWhen('deployment/web', ({ replicas }) => replicas === 3)
  await specWhen('deployment/scaled', ({ replicas }) => replicas === 4)
  await specWhen('deployment/ignored', ({ replicas }) => replicas === 2)
  await specWhen('statefulset/db', ({ replicas }) => replicas === 2)
  await specWhen('cronjob/nightly', ({ suspend }) => suspend !== true)
  await specWhen('machine/one', ({ size }) => size === 5)
  await liveWhen(controlPlane, name, 'pod/alone')
  const { template } = await spec('daemonset/agent')
  t.is(objectIn(objectIn(template).spec).nodeSelector, undefined)
  await kubectl(controlPlane, '-n', name, 'scale', 'deployment/ignored', '--replicas=5')
  await kubectl(controlPlane, '-n', name, 'scale', 'deployment/web', '--replicas=5')
  await specWhen('deployment/web', ({ replicas }) => replicas === 3)
  t.like(await spec('deployment/ignored'), { replicas: 5 }, 'the rule counts again')
  t.false(reeve.log.some(({ level }) => level === 'error'))
  await fleet.push({ acme: undefined, 'beta/a.yaml': namespace('beta') }, 'Go\n\nReeve-Allow-Deletion: *')
  await goneWhen(controlPlane, name, 'deployment/web')
})
