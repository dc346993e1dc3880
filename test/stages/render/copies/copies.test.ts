import test from 'ava'
import { describeFault } from '../../../../src/model/fault.ts'
import type { Installation } from '../../../../src/model/installation.ts'
import { type JsonObject, objectIn, writeJson } from '../../../../src/model/json.ts'
import { waveOf } from '../../../../src/model/wave.ts'
import { declareFiles } from '../../../helpers/declare-files.ts'
import { own } from '../../../helpers/rollout-documents.ts'

type Manifest = JsonObject

const object = (apiVersion: string, kind: string, name: string, more: JsonObject): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, ...objectIn(more.metadata) },
  ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'metadata')),
})

const pods = (image: string, more: JsonObject = {}) => ({
  containers: [{ name: 'web', image, envFrom: [{ configMapRef: { name: 'settings' } }] }],
  volumes: [
    { name: 'a', secret: { secretName: 'keys' } },
    { name: 'b', projected: { sources: [{ configMap: { name: 'settings' } }] } },
  ],
  ...more,
})

const deployment = (image = 'web:1', more: JsonObject = {}, spec: JsonObject = {}) =>
  object('apps/v1', 'Deployment', 'web', {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pods(image, more) },
      ...spec,
    },
  })

const ALLOWED = { metadata: { annotations: { 'reeve.dev/strategies': 'blueGreen' } } }
const service = object('v1', 'Service', 'web', {
  ...ALLOWED,
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
})
const settings = (text = '1') => object('v1', 'ConfigMap', 'settings', { data: { text } })
const keys = object('v1', 'Secret', 'keys', { stringData: { key: 'x' } })

const BASE = [service, settings(), keys, deployment()]

async function acme(manifests: readonly Manifest[], spec = 'strategy: blueGreen'): Promise<Installation> {
  const { installations } = await declareFiles({
    'acme/all.yaml': manifests.map((each) => JSON.stringify(each)).join('\n---\n'),
    'acme/i.yaml': own('Installation', 'acme', `{${spec}}`),
  })
  const found = installations.get('acme')
  if (found === undefined) throw new Error('no acme')
  return found
}

const nameOf = async (manifests: readonly Manifest[], spec?: string) =>
  (await acme(manifests, spec)).copy?.name

function find({ objects }: Installation, kind: string, name: string): JsonObject {
  const found = objects.find(({ object }) => object.kind === kind && object.metadata.name === name)
  if (found === undefined)
    throw new Error(
      `no ${kind} ${name} in ${objects.map(({ object }) => `${object.kind} ${object.metadata.name}`)}`,
    )
  return found.object as JsonObject
}

const namesIn = ({ objects }: Installation) =>
  objects
    .map(({ object }) => `${object.kind} ${object.metadata.name}`)
    .filter((each) => !each.startsWith('Inst'))
    .sort()

test('workloads and what they mount are in a copy, and the Service selects it', async (t) => {
  const installation = await acme(BASE)
  const { faults, copy } = installation
  t.deepEqual(faults, [])
  t.regex(copy?.name ?? '', /^[0-9a-f]{10}$/)
  t.is(copy?.keepOldFor, 600_000)
  const name = copy?.name ?? ''
  t.deepEqual(
    namesIn(installation),
    [`ConfigMap settings-${name}`, `Deployment web-${name}`, `Secret keys-${name}`, 'Service web'].sort(),
  )
  const { metadata, spec } = find(installation, 'Deployment', `web-${name}`)
  t.is(objectIn(objectIn(metadata).labels)['reeve.dev/copy'], name)
  t.deepEqual(objectIn(spec).selector, { matchLabels: { app: 'web', 'reeve.dev/copy': name } })
  const template = objectIn(objectIn(spec).template)
  t.deepEqual(objectIn(template.metadata).labels, { app: 'web', 'reeve.dev/copy': name })
  const text = writeJson(template)
  t.true(text.includes(`{"configMapRef":{"name":"settings-${name}"}}`))
  t.true(
    text.includes(`{"secret":{"secretName":"keys-${name}"}`) ||
      text.includes(`"secret":{"secretName":"keys-${name}"}`),
  )
  t.true(text.includes(`{"configMap":{"name":"settings-${name}"}}`))
  const web = find(installation, 'Service', 'web')
  t.deepEqual(objectIn(web.spec).selector, { app: 'web', 'reeve.dev/copy': name })
})

test('the Services, routes and CronJobs come after all else, but not where they are installed', async (t) => {
  const ingress = object('networking.k8s.io/v1', 'Ingress', 'web', {
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  })
  const job = object('batch/v1', 'Job', 'migrate', {
    metadata: { annotations: { 'reeve.dev/wave': '3' } },
    spec: { template: { spec: { containers: [], restartPolicy: 'Never' } } },
  })
  const cron = object('batch/v1', 'CronJob', 'nightly', { spec: {} })
  const { objects } = await acme([...BASE, ingress, job, cron])
  const waves = objects.map(({ object }) => [
    object.kind,
    waveOf(object),
    object.metadata.annotations?.['reeve.dev/install-wave'],
  ])
  t.deepEqual(
    waves.filter(([kind]) => ['Service', 'Ingress', 'CronJob', 'Job'].includes(String(kind))).sort(),
    [
      ['CronJob', 4, '0'],
      ['Ingress', 4, '0'],
      ['Job', 3, undefined],
      ['Service', 4, '0'],
    ],
  )
})

test('the name of a copy is a digest of what runs', async (t) => {
  const name = await nameOf(BASE)
  t.is(await nameOf([...BASE].reverse()), name, 'the order says nothing')
  t.not(await nameOf([service, settings(), keys, deployment('web:2')]), name, 'another image')
  t.not(await nameOf([service, settings('2'), keys, deployment()]), name, 'another setting')
  t.is(await nameOf([service, settings(), keys, deployment('web:1', {}, { replicas: 5 })]), name, 'how many')
  const other = object('v1', 'Secret', 'keys', { stringData: { key: 'y' } })
  t.is(await nameOf([service, settings(), other, deployment()]), name, 'a Secret: a name would tell of it')
  t.is(await nameOf(BASE, 'strategy: blueGreen, hibernated: true'), name, 'it sleeps')
  t.is(
    await nameOf(BASE, 'strategy: blueGreen, restartedAt: "2026-12-01T06:00:00Z"'),
    name,
    'it is restarted',
  )
})

test('one that sleeps does so in its copy, and a restart restarts that', async (t) => {
  const installation = await acme(
    BASE,
    'strategy: blueGreen, hibernated: true, restartedAt: "2026-12-01T06:00:00Z"',
  )
  const { spec } = find(installation, 'Deployment', `web-${installation.copy?.name}`)
  t.is(objectIn(spec).replicas, 0)
  const { metadata } = objectIn(objectIn(spec).template)
  t.is(objectIn(objectIn(metadata).annotations)['reeve.dev/restartedAt'], '2026-12-01T06:00:00Z')
})

test('each copy has its own autoscaler and disruption budget', async (t) => {
  const hpa = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 },
  })
  const budget = object('policy/v1', 'PodDisruptionBudget', 'web', {
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  })
  const installation = await acme([...BASE, hpa, budget])
  const name = installation.copy?.name ?? ''
  const { spec } = find(installation, 'HorizontalPodAutoscaler', `web-${name}`)
  t.is(objectIn(objectIn(spec).scaleTargetRef).name, `web-${name}`)
  const { selector } = objectIn(find(installation, 'PodDisruptionBudget', `web-${name}`).spec)
  t.deepEqual(selector, { matchLabels: { app: 'web', 'reeve.dev/copy': name } })
})

test('what something else may refer to stays under its name as well', async (t) => {
  const job = object('batch/v1', 'Job', 'migrate', {
    spec: {
      template: { spec: { containers: [{ name: 'm', envFrom: [{ configMapRef: { name: 'settings' } }] }] } },
    },
  })
  const installation = await acme([...BASE, job])
  const names = namesIn(installation)
  t.true(
    names.includes('ConfigMap settings') && names.includes(`ConfigMap settings-${installation.copy?.name}`),
  )
  t.false(names.includes('Secret keys'))
})

test('Pods are kept apart from those of their own copy', async (t) => {
  const labelSelector = { matchLabels: { app: 'web' } }
  const term = { labelSelector, topologyKey: 'kubernetes.io/hostname' }
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
  const installation = await acme([service, settings(), keys, deployment('web:1', { affinity })])
  const name = installation.copy?.name ?? ''
  const { spec } = find(installation, 'Deployment', `web-${name}`)
  t.true(
    writeJson(objectIn(spec).template ?? null).includes(
      `"labelSelector":{"matchLabels":{"app":"web","reeve.dev/copy":"${name}"}}`,
    ),
  )
})

test('rules about an object hold in its copy', async (t) => {
  const { rules, copy } = await acme(
    BASE,
    'strategy: blueGreen, ignore: [{kind: Deployment, name: web, fields: [/spec/replicas]}, {kind: Service, name: web, fields: [/spec/type]}]',
  )
  t.deepEqual(
    rules.ignore.map(({ objects }) => objects.name),
    ['web', `web-${copy?.name}`, 'web'],
  )
})

test('without the strategy, and with another one, all is as it is', async (t) => {
  for (const spec of ['version: "1"', 'strategy: rolling', 'keepOldFor: 1m']) {
    const installation = await acme(BASE, spec)
    t.is(installation.copy, undefined)
    t.deepEqual(namesIn(installation), ['ConfigMap settings', 'Deployment web', 'Secret keys', 'Service web'])
  }
})

const MATTERMOST = (more: JsonObject = {}) =>
  object('installation.mattermost.com/v1beta1', 'Mattermost', 'chat', {
    spec: {
      version: '10.8.1',
      ingress: { enabled: false },
      database: { external: { secret: 'database' } },
      fileStore: { external: { url: 'minio' } },
      ...more,
    },
  })
const CHAT = object('v1', 'Service', 'chat-app', {
  ...ALLOWED,
  spec: { selector: { app: 'mattermost', 'installation.mattermost.com/installation': 'chat' } },
})

test('a second Mattermost runs beside the first, and a Service of the template selects its Pods', async (t) => {
  const installation = await acme([CHAT, MATTERMOST()])
  t.deepEqual(installation.faults, [])
  const name = installation.copy?.name ?? ''
  const { podTemplate } = objectIn(find(installation, 'Mattermost', `chat-${name}`).spec)
  t.deepEqual(podTemplate, { extraLabels: { 'reeve.dev/copy': name } })
  t.deepEqual(objectIn(find(installation, 'Service', 'chat-app').spec).selector, {
    app: 'mattermost',
    'installation.mattermost.com/installation': `chat-${name}`,
    'reeve.dev/copy': name,
  })
})

const claim = (mode: string) =>
  object('v1', 'PersistentVolumeClaim', 'data', { spec: { accessModes: [mode] } })
const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
const container = (port: JsonObject) => ({ containers: [{ name: 'web', image: 'web:1', ports: [port] }] })

const FAULTS: readonly (readonly [string, readonly Manifest[], RegExp])[] = [
  [
    'a template that does not allow it',
    [{ ...service, metadata: { name: 'web' } }, deployment()],
    /^acme\/i\.yaml:4: .*strateg/,
  ],
  ['nothing that runs', [service], /^acme\/i\.yaml:4: .*no workload/],
  [
    'a claim of one node',
    [service, claim('ReadWriteOnce'), deployment('web:1', { volumes })],
    /^acme\/all\.yaml:5: .*Deployment\.apps web: the claim data/,
  ],
  ['a claim that is not declared', [service, deployment('web:1', { volumes })], /the claim data/],
  [
    'volumes of its own',
    [
      service,
      {
        ...deployment('web:1', {}, { volumeClaimTemplates: [{ metadata: { name: 'a' } }] }),
        kind: 'StatefulSet',
      },
    ],
    /volumeClaimTemplates/,
  ],
  [
    'a port of the node',
    [service, deployment('web:1', container({ containerPort: 80, hostPort: 80 }))],
    /hostPort/,
  ],
  ['the network of the node', [service, deployment('web:1', { hostNetwork: true })], /hostNetwork/],
  [
    'an Ingress of the operator',
    [CHAT, MATTERMOST({ ingress: { enabled: true, host: 'a' } })],
    /Ingress of the same host/,
  ],
  ['a database of the operator', [CHAT, MATTERMOST({ database: {} })], /a database for each/],
]

for (const [title, manifests, message] of FAULTS)
  test(`${title} is a fault by file and line`, async (t) => {
    const { faults } = await acme(manifests)
    t.regex(faults.map(describeFault).join('\n'), message)
    t.is(faults.length, 1)
  })

test('a claim that several nodes mount is shared', async (t) => {
  const installation = await acme([service, claim('ReadWriteMany'), deployment('web:1', { volumes })])
  t.deepEqual(installation.faults, [])
  t.true(namesIn(installation).includes('PersistentVolumeClaim data'))
})

test('a strategy that does not exist, and a duration that is none, are faults', async (t) => {
  for (const spec of ['strategy: canary', 'strategy: blueGreen, keepOldFor: soon', 'keepOldFor: 400d']) {
    const { faults } = await acme(BASE, spec)
    t.regex(faults.map(describeFault).join('\n'), /^acme\/i\.yaml:4: .*(strategy|keepOldFor)/, spec)
  }
})
