import type { JsonObject } from '../../../src/model/json.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl, live } from '../../helpers/live.ts'
import { definition, documents, namespace } from '../../helpers/manifests.ts'
import { objectWrites } from '../../helpers/object-writes.ts'

const test = controlPlaneTest({ controllers: true })

test('declared nulls are no drift, in lists, maps and custom resources', async (t) => {
  const { controlPlane } = t.context
  const home = 'nulls'
  await using fleet = await startFleet(controlPlane, { name: home })
  const since = new Date()
  const files = (image: string) => ({
    'acme/all.yaml': documents(namespace(home), crd(), ...nulls(home, image)),
  })
  await fleet.push(files('web:1'))
  const first = await fleet.sync()
  t.is(first.code, 0, first.stdout + first.stderr)
  const second = await fleet.sync()
  t.is(second.code, 0, second.stdout + second.stderr)
  const inHome = async () =>
    (await objectWrites(controlPlane, { since })).filter((write) => write.namespace === home)
  t.deepEqual(
    (await inHome()).filter(({ verb }) => verb !== 'create'),
    [],
  )
  const { changes } = (await fleet.record('acme')) ?? t.fail()
  t.true(changes.every(({ action, reason }) => action === 'created' && reason === 'commit'))
  t.is((await fleet.plan()).code, 0)

  const patch = {
    spec: { replicas: 3, template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
  }
  await kubectl(controlPlane, '-n', home, 'patch', 'deployment/web', '-p', JSON.stringify(patch))
  await kubectl(
    controlPlane,
    '-n',
    home,
    'patch',
    'nullables/one',
    '--type=merge',
    '-p',
    '{"spec":{"maybe":"x"}}',
  )
  t.is((await fleet.sync()).code, 0)
  const { spec } = (await live(controlPlane, home, 'deployment/web')) as { spec?: JsonObject }
  t.like(spec, { replicas: 1 }, 'null is the default')
  const custom = (await live(controlPlane, home, 'nullables/one')) as { spec?: JsonObject }
  t.is(custom.spec?.maybe, null, 'null is a value where the schema says so')

  await fleet.push(files('web:3'))
  t.is((await fleet.sync()).code, 0)
  const patches = (await inHome()).filter(({ verb }) => verb === 'patch').map(({ name }) => name)
  t.deepEqual(patches.toSorted(), ['one', 'web', 'web', 'web'])
  t.is((await fleet.plan()).code, 0)
})

test('a null that a commit brings removes what Git declared', async (t) => {
  const { controlPlane } = t.context
  const home = 'nulled'
  await using fleet = await startFleet(controlPlane, { name: home })
  const files = (more: object) => ({
    'acme/all.yaml': documents(
      namespace(home),
      manifest(
        'apps/v1',
        'Deployment',
        { name: 'web', namespace: home },
        { spec: { ...workload('web:1', more) } },
      ),
    ),
  })
  await fleet.push(files({ nodeSelector: { a: 'b' }, imagePullPolicy: 'Always' }))
  t.is((await fleet.sync()).code, 0)
  await fleet.push(files({ nodeSelector: null, imagePullPolicy: null }))
  t.is((await fleet.sync()).code, 0)
  const after = JSON.stringify(await live(controlPlane, home, 'deployment/web'))
  t.false(after.includes('nodeSelector'))
  t.true(after.includes('"imagePullPolicy":"IfNotPresent"'))
  const since = new Date()
  t.is((await fleet.sync()).code, 0)
  const writes = await objectWrites(controlPlane, { since })
  t.deepEqual(
    writes.filter((write) => write.namespace === home),
    [],
  )
})

function nulls(home: string, image: string): readonly string[] {
  const metadata = { name: 'web', namespace: home }
  const empty = { ...metadata, labels: null, annotations: null, ownerReferences: null }
  return [
    manifest('apps/v1', 'Deployment', { ...empty, finalizers: null } as JsonObject, {
      spec: { ...workload(image, { imagePullPolicy: null }), replicas: null, strategy: null, paused: null },
    }),
    manifest('v1', 'ConfigMap', metadata, { data: { a: '1', b: null }, immutable: null, binaryData: null }),
    manifest('v1', 'Service', metadata, {
      spec: {
        type: null,
        selector: { app: 'web', other: null },
        ports: [{ name: null, port: 80, protocol: null, targetPort: null, nodePort: null }],
        sessionAffinity: null,
      },
    }),
    manifest('batch/v1', 'CronJob', metadata, {
      spec: {
        schedule: '0 0 1 1 *',
        suspend: null,
        jobTemplate: {
          metadata: { creationTimestamp: null },
          spec: { template: { spec: { ...podOf(image, {}), restartPolicy: 'Never', volumes: null } } },
        },
      },
    }),
    manifest(
      'v1',
      'Pod',
      { name: 'alone', namespace: home },
      {
        spec: { serviceAccountName: null, tolerations: null, volumes: null, ...podOf('web:1', {}) },
      },
    ),
    manifest('networking.k8s.io/v1', 'Ingress', metadata, {
      spec: { ingressClassName: null, tls: null, rules: [{ host: 'a.example', http: null }] },
    }),
    manifest(
      'e2e.dev/v1',
      'Nullable',
      { name: 'one', namespace: home },
      {
        spec: {
          plain: null,
          defaulted: null,
          maybe: null,
          list: [{ name: 'a', value: null, mode: null }],
          map: { a: { name: 'a', value: null } },
          free: { x: null, y: { z: null }, list: [null, { w: null }] },
        },
      },
    ),
  ]
}

function workload(image: string, { imagePullPolicy, ...more }: { readonly imagePullPolicy?: unknown }) {
  const labels = { app: 'web' }
  const pod = { ...podOf(image, { imagePullPolicy }), ...more }
  return { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } }
}

function podOf(image: string, more: object) {
  const probe = { tcpSocket: { port: 80, host: null }, periodSeconds: null }
  return {
    restartPolicy: 'Always',
    securityContext: null,
    containers: [
      {
        name: 'web',
        image,
        env: [{ name: 'A', value: null }],
        args: ['a', null],
        ports: [{ containerPort: 80, name: null, protocol: null }],
        resources: { limits: null, requests: { cpu: '1' } },
        livenessProbe: probe,
        ...more,
      },
    ],
  }
}

function crd(): string {
  const crd = JSON.parse(definition('nullables', 'Nullable'))
  const text = { type: 'string' }
  const element = {
    type: 'object',
    required: ['name'],
    properties: { name: text, value: text, mode: { type: 'string', default: 'auto' } },
  }
  crd.spec.versions[0].schema.openAPIV3Schema.properties.spec = {
    type: 'object',
    properties: {
      plain: text,
      defaulted: { type: 'string', default: 'x' },
      maybe: { type: 'string', nullable: true, default: 'y' },
      list: {
        type: 'array',
        items: element,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
      map: { type: 'object', additionalProperties: element },
      free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  }
  return `${JSON.stringify(crd)}\n`
}

function manifest(apiVersion: string, kind: string, metadata: JsonObject, more: object): string {
  return `${JSON.stringify({ apiVersion, kind, metadata, ...more })}\n`
}
