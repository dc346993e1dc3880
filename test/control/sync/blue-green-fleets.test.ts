import { objectIn } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { imageIn, NODE } from '../../helpers/blue-green/application.ts'
import { type Served, watchServed } from '../../helpers/blue-green/served.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { groupRecorded } from '../../helpers/group-recorded.ts'
import { imagesOf } from '../../helpers/images-of.ts'
import { apply, liveAll, liveWhen } from '../../helpers/live.ts'
import { own } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest({ controllers: true })
const parts = new AsyncDisposableStack()

test.before('run Pods', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, NODE)
  parts.use(startPodSimulator(controlPlane.kubeconfig, { failureOf }))
})

test.after.always('stop', () => parts.disposeAsync())

const failureOf = (pod: LiveObject) => (imagesOf(pod)[0]?.endsWith(':bad') ? { exitCode: 1 } : undefined)
const copyIn = ({ spec }: LiveObject) => objectIn(objectIn(spec).selector)['reeve.dev/copy']
const never = ({ seen }: Served) => seen.filter((each) => each.length === 0)

const PODS =
  'terminationGracePeriodSeconds: 0, nodeName: node, containers: [{name: web, image: "web:IMAGE", envFrom: [{configMapRef: {name: "NAME"}}]}]'

/** Two Pods, what they read, and the Service that sends to them. */
const manifests = (name: string, image: string, strategies: string) =>
  `
apiVersion: v1
kind: ConfigMap
metadata: {name: "NAME"}
data: {a: "1"}
---
apiVersion: v1
kind: Service
metadata: {name: "NAME", annotations: {reeve.dev/strategies: STRATEGIES}}
spec: {selector: {app: "NAME"}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "NAME"}
spec:
  replicas: 2
  selector: {matchLabels: {app: "NAME"}}
  template: {metadata: {labels: {app: "NAME"}}, spec: {${PODS}}}
`
    .replaceAll('STRATEGIES', strategies)
    .replaceAll('IMAGE', image)
    .replaceAll('NAME', name)

const HOOK = `
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-check
  annotations: {helm.sh/hook: "post-install,post-upgrade"}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: check, image: "check:{{ .Values.image }}"}]}}
`

/** Images of the Deployments of a name, whatever copies they are. */
async function imagesIn({ name: namespace }: Fleet, api: Parameters<typeof liveAll>[0], name: string) {
  const all = await liveAll(api, namespace, 'deployment', 'reeve.dev/copy')
  return all
    .filter(({ metadata }) => metadata.name.startsWith(`${name}-`))
    .flatMap((each) => imageIn(each) ?? [])
    .sort()
}

test('a chart is switched after its hooks have passed, and its release keeps its name', async (t) => {
  t.timeout(240_000)
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'chartcopies' })
  const { name } = fleet
  const document = (image: string) =>
    own(
      'Installation',
      'shop',
      `{template: {path: charts/shop}, namespace: ${name}, createNamespace: true, strategy: blueGreen, keepOldFor: 1s, values: {image: "${image}", strategies: blueGreen}}`,
    )
  await fleet.push({
    'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'charts/shop/templates/web.yaml': manifests(
      '{{ .Release.Name }}',
      '{{ .Values.image }}',
      '{{ .Values.strategies }}',
    ),
    'charts/shop/templates/hook.yaml': HOOK,
    'fleet/shop.yaml': document('1'),
  })
  await using reeve = fleet.run()
  await fleet.recorded('shop', ({ state }) => state === 'healthy')
  const first = copyIn(await liveWhen(controlPlane, name, 'service/shop'))
  await using served = watchServed(controlPlane.kubeconfig, name, 'shop')
  await until('Pods that are served', () => (served.seen.at(-1)?.length === 2 ? true : undefined))

  await fleet.push({ 'fleet/shop.yaml': document('bad') })
  await fleet.recorded('shop', ({ state }) => state === 'degraded')
  t.is(copyIn(await liveWhen(controlPlane, name, 'service/shop')), first)
  await fleet.push({ 'fleet/shop.yaml': document('2') })
  const { copy } = await fleet.recorded(
    'shop',
    (record) => record.state === 'healthy' && record.copy?.name !== first,
  )
  t.is(copy?.before, String(first))
  await until(
    'the new copy alone',
    async () => (await imagesIn(fleet, controlPlane, 'shop')).join() === 'web:2' || undefined,
  )
  t.deepEqual(never(served), [])
  t.false(reeve.log.some(({ level }) => level === 'error'))
})

test('members of a group are switched one at a time, and a group that goes back leaves what was never switched to', async (t) => {
  t.timeout(300_000)
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'groupcopies' })
  const { name } = fleet
  const group = (image: string) =>
    own(
      'InstallationGroup',
      'all',
      `{template: {path: templates/web}, namespace: ${name}, strategy: blueGreen, keepOldFor: 1s, values: {image: "${image}"}, rollout: {maxUnavailable: 1, onFailure: rollback}}`,
    )
  const members = ['a', 'b']
  await fleet.push({
    'ns/ns.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`,
    'templates/web/web.yaml': manifests('${installation.name}', '${values.image}', 'blueGreen'),
    'groups/all.yaml': group('1'),
    ...Object.fromEntries(
      members.map((each) => [`fleet/${each}.yaml`, own('Installation', each, '{group: all}')]),
    ),
  })
  await using reeve = fleet.run()
  for (const each of members) await fleet.recorded(each, ({ state }) => state === 'healthy')
  await groupRecorded(fleet, 'all', ({ state }) => state === 'done')
  await using watches = new AsyncDisposableStack()
  const served = members.map((each) => watches.use(watchServed(controlPlane.kubeconfig, name, each)))
  await until(
    'Pods that are served',
    () => served.every(({ seen }) => seen.at(-1)?.length === 2) || undefined,
  )
  const running = (image: string) =>
    until(`${image} alone`, async () => {
      const all = await Promise.all(members.map((each) => imagesIn(fleet, controlPlane, each)))
      return all.every((images) => images.join() === `web:${image}`) || undefined
    })

  const second = await fleet.push({ 'groups/all.yaml': group('2') })
  await groupRecorded(fleet, 'all', ({ state, commit }) => state === 'done' && commit === second)
  await running('2')

  const bad = await fleet.push({ 'groups/all.yaml': group('bad') })
  const { record } = await groupRecorded(fleet, 'all', ({ state }) => state === 'halted')
  t.true(record.rejected?.some(({ commit }) => commit === bad))
  await running('2')
  for (const each of members)
    await fleet.recorded(each, ({ state }) => state === 'healthy' || state === 'waiting')
  t.deepEqual(served.flatMap(never), [])
  t.false(reeve.log.some(({ code }) => code === 'internal'))
})

test('reeve sync switches, leaves the old copy, and deletes it in a later run', async (t) => {
  t.timeout(240_000)
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'syncedcopies' })
  const { name } = fleet
  const files = (image: string, keepOldFor = '1h', more = '') => ({
    'acme/ns.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`,
    'acme/web.yaml': manifests('web', image, 'blueGreen').replaceAll(
      'metadata: {',
      `metadata: {namespace: ${name}, `,
    ),
    'acme/i.yaml': own('Installation', 'acme', `{strategy: blueGreen, keepOldFor: ${keepOldFor}${more}}`),
  })
  const synced = async (image: string, keepOldFor?: string, more?: string) => {
    await fleet.push(files(image, keepOldFor, more))
    const { code, stdout, stderr } = await fleet.sync()
    t.is(code, 0, `${stdout}${stderr}`)
    return imagesIn(fleet, controlPlane, 'web')
  }
  t.deepEqual(await synced('1'), ['web:1'])
  await fleet.push(files('2'))
  const { stdout } = await fleet.plan()
  t.regex(stdout, /Deployment\S* \S*web-[0-9a-f]{10}/)
  t.deepEqual(await synced('2', '2h'), ['web:1', 'web:2'])
  const since = Date.parse((await fleet.record('acme'))?.copy?.since ?? '')
  await until('a second after the switch', () => Date.now() > since + 1_000 || undefined)
  t.deepEqual(await synced('2', '1s'), ['web:2'])
  t.deepEqual(await synced('3', '1h', ', hibernated: true'), ['web:3'], 'asleep, nothing is kept')
  t.is((await fleet.record('acme'))?.state, 'hibernated')
  t.is((await liveAll(controlPlane, name, 'pod', 'app=web')).length, 0)
  t.deepEqual(await synced('3', '1h'), ['web:3'])
})
