import type { JsonObject } from '../../../src/model/json.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, documents, namespace } from '../../helpers/manifests.ts'
import { objectWrites } from '../../helpers/object-writes.ts'
import { staticNodePort } from '../../helpers/static-range.ts'

const test = controlPlaneTest({ controllers: true })

const RBAC = 'rbac.authorization.k8s.io/v1'
const RULE = { apiGroups: [''], resources: ['pods'], verbs: ['get'] }

test.serial(
  'the rules of an aggregated ClusterRole are left to the controller, and that is told once',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'aggregated' })
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { 'e2e.dev/to': 'all' } }] }
    const role = (name: string, more: object) =>
      manifest(RBAC, 'ClusterRole', { name: `aggregated-${name}` }, more)
    const files = (value: string) => ({
      'acme/all.yaml': documents(
        role('empty', { aggregationRule, rules: [] }),
        role('null', { aggregationRule, rules: null }),
        role('other', { aggregationRule, rules: [{ ...RULE, verbs: ['delete'] }] }),
        manifest(RBAC, 'ClusterRole', { name: 'part', labels: { 'e2e.dev/to': 'all' } }, { rules: [RULE] }),
        configMap('default', 'beside-roles', { value }),
      ),
    })
    await fleet.push(files('1'))
    await using reeve = fleet.run()
    for (const name of ['empty', 'null', 'other'])
      await liveWhen(controlPlane, '', `clusterrole/aggregated-${name}`, ({ rules }) => isRule(rules))
    const { notices, problems } = await fleet.recorded('acme', ({ state }) => state === 'healthy')
    t.deepEqual(problems, [])
    t.deepEqual(
      notices?.map(({ code, message }) => [code, message.split(': ').slice(-2)]),
      [['ignored-fields', ['ClusterRole.rbac.authorization.k8s.io aggregated-other', 'rules']]],
    )

    const since = new Date()
    await kubectl(controlPlane, 'label', 'clusterrole/part', 'touched=yes')
    const more = JSON.stringify({ rules: [RULE, { ...RULE, resources: ['services'] }] })
    await kubectl(controlPlane, 'patch', 'clusterrole/part', '--type=merge', '-p', more)
    await reeve.logged('patched', ({ object }) => String(object).endsWith(' part'))
    const commit = await fleet.push(files('2'))
    await fleet.recorded('acme', (record) => record.commit === commit && record.state === 'healthy')
    const written = await objectWrites(controlPlane, { since })
    t.deepEqual(
      written.filter(({ name }) => name?.startsWith('aggregated-')),
      [],
    )
    t.is(reeve.log.filter(({ msg }) => msg === 'notice').length, 1)
    const explained = await fleet.plan('--explain')
    t.is(explained.code, 0)
    t.regex(explained.stdout, /the ClusterRole aggregation controller decides it/)
  },
)

test.serial('manifests exported from a cluster settle, and each is told once', async (t) => {
  const { controlPlane } = t.context
  const home = 'exported'
  await using fleet = await startFleet(controlPlane, { name: home })
  await apply(controlPlane, exportable(home))
  const kinds = [
    'deployment/web',
    'daemonset/node',
    'job/once',
    'service/web',
    'pvc/data',
    'sa/web',
    'pod/alone',
  ]
  for (const what of kinds) await liveWhen(controlPlane, home, what)
  await liveWhen(controlPlane, home, 'deployment/web', ({ metadata }) => revisionOf(metadata) === '1')
  await kubectl(controlPlane, '-n', home, 'set', 'image', 'deployment/web', 'web=web:2')
  await liveWhen(controlPlane, home, 'deployment/web', ({ metadata }) => revisionOf(metadata) === '2')
  const shown = ['-o', 'json', '--show-managed-fields']
  const list = JSON.parse(await kubectl(controlPlane, '-n', home, 'get', ...kinds, ...shown))
  for (const item of list.items) delete item.metadata.finalizers
  await kubectl(controlPlane, '-n', home, 'delete', '--wait=false', '--grace-period=0', '--force', ...kinds)
  await kubectl(controlPlane, '-n', home, 'patch', 'pvc/data', '-p', '{"metadata":{"finalizers":null}}')
  for (const what of kinds) await goneWhen(controlPlane, home, what)

  await fleet.push({ 'acme/all.json': JSON.stringify(list) })
  const first = await fleet.sync()
  t.is(first.code, 0, first.stdout + first.stderr)
  const told = first.stderr.split('\n').filter((line) => line.includes('ignored-fields'))
  t.is(told.length, kinds.length, first.stderr)
  const job = await live(controlPlane, home, 'job/once')
  t.not(labelsOf(job?.spec)['batch.kubernetes.io/controller-uid'], undefined)
  await liveWhen(controlPlane, home, 'deployment/web', ({ metadata }) => revisionOf(metadata) === '1')
  await kubectl(controlPlane, '-n', home, 'annotate', '--overwrite', 'pvc/data', ...binding('other-node'))

  const since = new Date()
  for (const round of [1, 2]) {
    const again = await fleet.sync()
    t.is(again.code, 0, `${round} ${again.stdout}${again.stderr}`)
  }
  t.deepEqual(
    (await objectWrites(controlPlane, { since })).filter(({ namespace }) => namespace === home),
    [],
  )
  const { notices = [], problems } = (await fleet.record('acme')) ?? t.fail()
  t.deepEqual(
    problems.filter(({ code }) => code !== 'progressing'),
    [],
  )
  t.is(notices.length, kinds.length)
  t.true(notices.every(({ message }) => message.includes('metadata.resourceVersion')))
})

test.serial('what Git leaves open stays as an injector or the API server fills it in', async (t) => {
  const { controlPlane } = t.context
  const home = 'filled'
  await using fleet = await startFleet(controlPlane, { name: home })
  await fleet.push({ 'acme/all.yaml': documents(namespace(home), ...open(home)) })
  const first = await fleet.sync()
  t.is(first.code, 0, first.stdout + first.stderr)
  const inject = (what: string, patch: object) =>
    kubectl(
      controlPlane,
      ...['-n', home, 'patch', what, '--type=json', '--field-manager=injector', '-p', JSON.stringify(patch)],
    )
  const at = (path: string, value: unknown = CERTIFICATE) => [{ op: 'add', path, value }]
  await inject('validatingwebhookconfiguration/filled', at('/webhooks/0/clientConfig/caBundle'))
  await inject('mutatingwebhookconfiguration/filled', at('/webhooks/0/clientConfig/caBundle'))
  await inject('crd/fillings.e2e.dev', at('/spec/conversion/webhook/clientConfig/caBundle'))
  await inject('apiservice/v1.filled.e2e.dev', at('/spec/caBundle'))
  await inject('sa/web', at('/secrets', [{ name: 'web-token' }]))
  await inject('pv/filled', at('/spec/claimRef/uid', 'f2a1'))

  const since = new Date()
  const again = await fleet.sync()
  t.is(again.code, 0, again.stdout + again.stderr)
  const written = await objectWrites(controlPlane, { since })
  t.deepEqual(
    written.filter(({ name }) => /filled|filling|^web$/.test(name ?? '')),
    [],
  )
  t.is((await fleet.record('acme'))?.notices, undefined)
})

test.serial('what Git says of it is applied, and put back', async (t) => {
  const { controlPlane } = t.context
  const home = 'stated'
  await using fleet = await startFleet(controlPlane, { name: home })
  const port = (nodePort: number) => ({ name: 'http', port: 80, nodePort })
  const files = (nodePort: number, caBundle: string) => ({
    'acme/all.yaml': documents(
      namespace(home),
      manifest(
        'v1',
        'Service',
        { name: 'web', namespace: home },
        {
          spec: { type: 'NodePort', ports: [port(nodePort)] },
        },
      ),
      webhooks('ValidatingWebhookConfiguration', 'stated', caBundle),
    ),
  })
  await fleet.push(files(staticNodePort(1), CERTIFICATE))
  t.is((await fleet.sync()).code, 0)
  const drift = JSON.stringify([{ op: 'replace', path: '/spec/ports/0/nodePort', value: staticNodePort(2) }])
  await kubectl(controlPlane, '-n', home, 'patch', 'service/web', '--type=json', '-p', drift)
  t.is((await fleet.sync()).code, 0)
  t.is(nodePortOf(await live(controlPlane, home, 'service/web')), staticNodePort(1))
  await fleet.push(files(staticNodePort(3), OTHER_CERTIFICATE))
  t.is((await fleet.sync()).code, 0)
  t.is(nodePortOf(await live(controlPlane, home, 'service/web')), staticNodePort(3))
  const webhook = await live(controlPlane, '', 'validatingwebhookconfiguration/stated')
  t.true(JSON.stringify(webhook).includes(OTHER_CERTIFICATE))
})

const CERTIFICATE = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64')
const OTHER_CERTIFICATE = Buffer.from('-----BEGIN CERTIFICATE-----\n2\n').toString('base64')

/** Objects with fields that Git declares to be empty, null or a placeholder. */
function open(home: string): readonly string[] {
  const clientConfig = { service: { namespace: home, name: 'nowhere' }, caBundle: 'Cg==' }
  const schema = { openAPIV3Schema: { type: 'object' } }
  return [
    webhooks('ValidatingWebhookConfiguration', 'filled', ''),
    webhooks('MutatingWebhookConfiguration', 'filled', 'Cg=='),
    manifest(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      { name: 'fillings.e2e.dev' },
      {
        spec: {
          group: 'e2e.dev',
          scope: 'Namespaced',
          names: { kind: 'Filling', plural: 'fillings' },
          versions: [{ name: 'v1', served: true, storage: true, schema }],
          conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig } },
        },
      },
    ),
    manifest(
      'apiregistration.k8s.io/v1',
      'APIService',
      { name: 'v1.filled.e2e.dev' },
      {
        spec: {
          group: 'filled.e2e.dev',
          version: 'v1',
          groupPriorityMinimum: 1,
          versionPriority: 1,
          service: { namespace: home, name: 'nowhere' },
          caBundle: null,
        },
      },
    ),
    manifest('v1', 'ServiceAccount', { name: 'web', namespace: home }, { secrets: null }),
    manifest(
      'v1',
      'PersistentVolume',
      { name: 'filled' },
      {
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          hostPath: { path: '/data' },
          claimRef: { namespace: home, name: 'data' },
        },
      },
    ),
    manifest(
      'v1',
      'Service',
      { name: 'web', namespace: home },
      {
        spec: {
          type: 'LoadBalancer',
          clusterIP: '',
          clusterIPs: [],
          ipFamilies: null,
          externalTrafficPolicy: 'Local',
          healthCheckNodePort: 0,
          ports: [
            { name: 'http', port: 80, nodePort: 0 },
            { name: 'more', port: 81, nodePort: null },
          ],
        },
      },
    ),
  ]
}

function webhooks(kind: string, name: string, caBundle: string): string {
  const webhook = {
    name: `${name}.e2e.dev`,
    clientConfig: { service: { namespace: 'default', name: 'nowhere' }, caBundle },
    rules: [
      { apiGroups: ['none.e2e.dev'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['none'] },
    ],
    failurePolicy: 'Ignore',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  }
  return manifest('admissionregistration.k8s.io/v1', kind, { name }, { webhooks: [webhook] })
}

/** What controllers, the API server and a binder fill in. */
function exportable(home: string): string {
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } }
  const selector = { matchLabels: labels }
  const annotations = Object.fromEntries(binding('node').map((text) => text.split('=')))
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } }
  return documents(
    namespace(home),
    manifest('apps/v1', 'Deployment', { name: 'web', namespace: home }, { spec: { selector, template } }),
    manifest('apps/v1', 'DaemonSet', { name: 'node', namespace: home }, { spec: { selector, template } }),
    manifest('batch/v1', 'Job', { name: 'once', namespace: home }, { spec: { template: once } }),
    manifest('v1', 'Service', { name: 'web', namespace: home }, { spec: { ports: [{ port: 80 }] } }),
    manifest('v1', 'PersistentVolumeClaim', { name: 'data', namespace: home, annotations }, { spec: claim }),
    manifest('v1', 'ServiceAccount', { name: 'web', namespace: home }, { secrets: [{ name: 'web-token' }] }),
    manifest(
      'v1',
      'Pod',
      { name: 'alone', namespace: home },
      {
        spec: { nodeName: 'gone', containers: [{ name: 'web', image: 'web:1' }] },
      },
    ),
  )
}

function binding(node: string): readonly string[] {
  return [
    'pv.kubernetes.io/bind-completed=yes',
    'pv.kubernetes.io/bound-by-controller=yes',
    `volume.kubernetes.io/selected-node=${node}`,
  ]
}

function manifest(apiVersion: string, kind: string, metadata: JsonObject, more: object): string {
  return `${JSON.stringify({ apiVersion, kind, metadata, ...more })}\n`
}

function isRule(rules: unknown): boolean {
  return JSON.stringify(rules)?.includes('"get"') ?? false
}

function revisionOf({ annotations }: { readonly annotations?: Readonly<Record<string, string>> }) {
  return annotations?.['deployment.kubernetes.io/revision']
}

function labelsOf(spec: unknown): Readonly<Record<string, string>> {
  return (spec as { template: { metadata: { labels: Record<string, string> } } }).template.metadata.labels
}

function nodePortOf(service: Awaited<ReturnType<typeof live>>): number | undefined {
  const { ports } = (service?.spec ?? {}) as { ports?: readonly { nodePort: number }[] }
  return ports?.[0]?.nodePort
}
