import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClusterClient } from '../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../src/adapters/cluster/load-kube-config.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type CountingProxy, startCountingProxy } from '../helpers/counting-proxy.ts'
import { type Files, type Fleet, startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, liveWhen } from '../helpers/live.ts'
import { configMap, custom, definition, deployment, documents, namespace } from '../helpers/manifests.ts'
import { newServiceAccount } from '../helpers/service-account.ts'
import { until } from '../helpers/until.ts'
import { type Disturber, startDeleter, startFlipper } from './at-rest/disturbers.ts'
import { tableOf } from './at-rest/table.ts'

const test = controlPlaneTest({ controllers: true })

/** Maximum number of requests of one Reeve in a minute, once what cannot be done has settled. */
const MAX_PER_MINUTE = 60
/** By then each wait between tries is a quarter of a minute or more, and the next one twice as long. */
const SETTLED_AFTER_MS = 90_000
const WINDOW_MS = 45_000

/** A Reeve of its own, with installations that can never come to their end. */
interface Subject {
  readonly name: string
  readonly files: Files
  /** Pushed when the first commit was looked at. */
  readonly next?: Files
  readonly mishap?: Parameters<typeof startCountingProxy>[1]['mishap']
  readonly isLimited?: true
}

const json = (object: object) => `${JSON.stringify(object)}\n`

const core = (kind: string, home: string, name: string, more: object = {}) =>
  json({ apiVersion: 'v1', kind, metadata: { name, namespace: home }, ...more })

const withMetadata = (manifest: string, more: object) => {
  const object = JSON.parse(manifest)
  return json({ ...object, metadata: { ...object.metadata, ...more } })
}

const review = (apiVersion: string, kind: string) =>
  json({ apiVersion, kind, metadata: { name: kind.toLowerCase(), namespace: 'rest' } })

const SUBJECTS: readonly Subject[] = [
  {
    name: 'rest-kinds',
    files: {
      'gone/a.yaml': custom('Vanishing', 'rest', 'gone'),
      'reviews/a.yaml': documents(
        review('authorization.k8s.io/v1', 'SubjectAccessReview'),
        review('authorization.k8s.io/v1', 'LocalSubjectAccessReview'),
        review('authentication.k8s.io/v1', 'TokenReview'),
        review('v1', 'Binding'),
        review('v1', 'ComponentStatus'),
      ),
      'unknown/a.yaml': json({ apiVersion: 'nowhere.dev/v1', kind: 'Nothing', metadata: { name: 'a' } }),
      // Its kind is taken by another one: it is never established.
      'never/crd.yaml': definition('latecomers', 'Vanishing'),
      'never/a.yaml': custom('Vanishing', 'rest', 'never'),
      'rejected/a.yaml': core('Service', 'rest', 'rejected', { spec: { ports: [{ port: 70_000 }] } }),
      'large/a.yaml': configMap('rest', 'large', { text: 'x'.repeat(1_200_000) }),
    },
  },
  {
    name: 'rest-waits',
    files: {
      'infra/a.yaml': deployment('rest', 'never-ready'),
      'platform/i.yaml': json({
        apiVersion: 'reeve.dev/v1alpha1',
        kind: 'Installation',
        metadata: { name: 'platform' },
        spec: { dependsOn: ['infra'] },
      }),
      'platform/ns.yaml': namespace('rest-shop'),
      'shop/a.yaml': documents(...many(20, (name) => configMap('rest-shop', name, {}))),
      'invalid/ns.yaml': namespace('rest-invalid'),
      'invalid/bad.yaml': json({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '*' } }),
      'of-invalid/a.yaml': documents(...many(20, (name) => configMap('rest-invalid', name, {}))),
      'nowhere/a.yaml': documents(...many(20, (name) => configMap('rest-nowhere', name, {}))),
      'stuck/a.yaml': configMap('rest-stuck', 'stuck', {}),
      'finalizer/a.yaml': configMap('rest', 'finalizer', {}),
    },
  },
  {
    name: 'rest-fights',
    files: {
      'deleted/a.yaml': configMap('rest', 'deleted', {}),
      'flipped/a.yaml': configMap('rest', 'flipped', { owner: 'git' }),
      'orphan/a.yaml': withMetadata(configMap('rest', 'orphan', {}), {
        ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: 'none' }],
      }),
    },
  },
  ...['rest-one', 'rest-other'].map((name) => ({
    name,
    files: {
      'acme/a.yaml': withMetadata(configMap('rest', 'shared', { from: name }), {
        annotations: { 'reeve.dev/adopt': 'true' },
      }),
    },
  })),
  {
    name: 'rest-limited',
    isLimited: true,
    files: {
      'acme/a.yaml': configMap('rest', 'limited', {}),
      'acme/secret.yaml': core('Secret', 'rest', 'limited'),
      'acme/quota.yaml': core('LimitRange', 'rest', 'limited', { spec: { limits: [] } }),
    },
  },
  {
    name: 'rest-odd',
    files: {
      'acme/a.yaml': configMap('rest', 'odd', {}),
      'acme/role.yaml': json({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'odd', namespace: 'rest' },
        rules: [],
      }),
    },
    mishap: ({ path, isWatch }) => {
      if (isWatch && path === '/api/v1/configmaps') return 'end'
      return path === '/apis/rbac.authorization.k8s.io/v1/roles' ? 404 : undefined
    },
  },
  {
    name: 'rest-refused',
    files: {
      'api/a.yaml': json({
        apiVersion: 'dead.e2e.dev/v1',
        kind: 'Gadget',
        metadata: { name: 'a', namespace: 'rest' },
      }),
      'webhook/a.yaml': documents(...many(3, (name) => configMap('rest-webhook', name, {}))),
      'quota/a.yaml': documents(...many(3, (name) => configMap('rest-quota', name, {}))),
      'secret/a.yaml': core('Secret', 'rest', 'immutable', { immutable: true, stringData: { a: '1' } }),
      'job/a.yaml': json({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'fails', namespace: 'rest' },
        spec: {
          activeDeadlineSeconds: 1,
          template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } },
        },
      }),
    },
    next: {
      'secret/a.yaml': core('Secret', 'rest', 'immutable', { immutable: true, stringData: { a: '2' } }),
    },
  },
]

test('what can never be done costs next to nothing once it has settled', async (t) => {
  t.timeout(400_000)
  const { controlPlane } = t.context
  await using stack = new AsyncDisposableStack()
  await prepare(controlPlane)
  const limited = await limitedToken(controlPlane)
  const client = stack.adopt(new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig)), (c) =>
    c[Symbol.asyncDispose](),
  )
  const running = await Promise.all(SUBJECTS.map((subject) => start(subject, controlPlane, limited, stack)))
  const disturbers: readonly Disturber[] = [
    startDeleter(client, { namespace: 'rest', name: 'deleted' }),
    startFlipper(client, { namespace: 'rest', name: 'flipped' }),
  ]
  for (const disturber of disturbers) stack.use(disturber)
  await Promise.all(
    running.map(({ reeve }) =>
      until('the first commit', () => reeve.log.some(({ msg }) => /in sync$/.test(msg)), 180_000),
    ),
  )
  await disturb(controlPlane, running)

  await sleep(SETTLED_AFTER_MS)
  const since = Date.now()
  await sleep(WINDOW_MS)
  const rows = running.map(({ subject, proxy }) => ({
    name: subject.name,
    requests: proxy.requests.filter(({ at }) => at >= since && at < since + WINDOW_MS),
  }))
  t.log(tableOf(rows, WINDOW_MS))
  for (const { name, requests } of rows) {
    const perMinute = (requests.length * 60_000) / WINDOW_MS
    t.true(perMinute <= MAX_PER_MINUTE, `${name}: ${perMinute} requests a minute`)
  }
  for (const { subject, reeve } of running)
    t.false(
      reeve.log.some(({ code }) => code === 'internal'),
      subject.name,
    )
})

interface Running {
  readonly subject: Subject
  readonly fleet: Fleet
  readonly proxy: CountingProxy
  readonly reeve: ReturnType<Fleet['run']>
}

async function start(
  subject: Subject,
  controlPlane: ControlPlane,
  limited: string,
  stack: AsyncDisposableStack,
): Promise<Running> {
  const { name, mishap, isLimited } = subject
  const options = { name, ...(mishap && { mishap }), ...(isLimited && { token: limited }) }
  const proxy = stack.use(await startCountingProxy(controlPlane, options))
  const fleet = stack.use(await startFleet(controlPlane, { name, kubeconfig: proxy.kubeconfig }))
  await fleet.push(subject.files)
  return { subject, fleet, proxy, reeve: stack.use(fleet.run('--interval', '5s')) }
}

/** What was there before any of them. */
async function prepare(controlPlane: ControlPlane): Promise<void> {
  const homes = ['rest', 'rest-stuck', 'rest-webhook', 'rest-quota']
  await apply(controlPlane, documents(...homes.map(namespace), definition('vanishings', 'Vanishing')))
  const quota = core('ResourceQuota', 'rest-quota', 'none', { spec: { hard: { 'count/configmaps': '0' } } })
  await apply(controlPlane, documents(quota, webhook(), deadApi()))
  const used = { status: { hard: { 'count/configmaps': '0' }, used: { 'count/configmaps': '0' } } }
  const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify(used)]
  await kubectl(controlPlane, '-n', 'rest-quota', 'patch', 'resourcequota/none', ...patch)
}

/** What happens when all have looked at everything once. */
async function disturb(controlPlane: ControlPlane, running: readonly Running[]): Promise<void> {
  const held = ['--type=merge', '-p', '{"metadata":{"finalizers":["e2e.dev/hold"]}}']
  for (const [home, name] of [
    ['rest', 'finalizer'],
    ['rest-stuck', 'stuck'],
  ] as const) {
    await liveWhen(controlPlane, home, `configmap/${name}`)
    await kubectl(controlPlane, '-n', home, 'patch', `configmap/${name}`, ...held)
  }
  await kubectl(controlPlane, '-n', 'rest', 'delete', '--wait=false', 'configmap/finalizer')
  await kubectl(controlPlane, 'delete', '--wait=false', 'namespace/rest-stuck')
  await kubectl(controlPlane, 'delete', '--wait=false', 'crd/vanishings.e2e.dev')
  for (const { subject, fleet } of running) if (subject.next) await fleet.push(subject.next)
}

/** All rights on some kinds, but to list alone on another and none on a third. */
async function limitedToken(controlPlane: ControlPlane): Promise<string> {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'rest-limited' },
    rules: [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] },
      { apiGroups: [''], resources: ['limitranges'], verbs: ['list', 'create', 'get'] },
    ],
  }
  await apply(controlPlane, json(role))
  const { kubeconfig } = await newServiceAccount(controlPlane, 'rest-limited', 'rest-limited')
  return JSON.parse(await readFile(kubeconfig, 'utf8')).users[0].user.token
}

function webhook(): string {
  return json({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'rest' },
    webhooks: [
      {
        name: 'rest.e2e.dev',
        failurePolicy: 'Fail',
        timeoutSeconds: 1,
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        clientConfig: { service: { name: 'nowhere', namespace: 'default' } },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'rest-webhook' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      },
    ],
  })
}

function deadApi(): string {
  return json({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.dead.e2e.dev' },
    spec: {
      group: 'dead.e2e.dev',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: 'nowhere', namespace: 'default' },
    },
  })
}

function many(count: number, manifest: (name: string) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => manifest(`c${index}`))
}
