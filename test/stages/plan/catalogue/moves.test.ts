import type { JsonObject } from '../../../../src/model/json.ts'
import { type KubernetesObject, keyOf, type LiveObject } from '../../../../src/model/object.ts'
import { desiredOf } from '../../../../src/stages/plan/desired.ts'
import { planObject } from '../../../../src/stages/plan/plan-object.ts'
import type { MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { schemaOfCrd } from '../../../../src/stages/plan/schema/schema-of-crd.ts'
import { controlPlaneTest } from '../../../helpers/control-plane-test.ts'
import { owner, resolvedOf } from '../helpers/objects.ts'
import { type Bed, openBed } from './bed.ts'

const test = controlPlaneTest()

let bed: Bed

const object = (apiVersion: string, kind: string, name: string, spec: JsonObject): KubernetesObject => {
  return { apiVersion, kind, metadata: { name, namespace: 'default' }, spec }
}

function deployment(name: string, pod: JsonObject, more: JsonObject = {}): KubernetesObject {
  const template = { metadata: { labels: { app: name } }, spec: pod }
  return object('apps/v1', 'Deployment', name, {
    selector: { matchLabels: { app: name } },
    template,
    ...more,
  })
}

function thing(spec: JsonObject): KubernetesObject {
  return object('example.com/v1', 'Thing', 'thing', spec)
}

/** A definition that the OpenAPI document need not show yet. */
function definition(): KubernetesObject {
  const port = {
    type: 'object',
    required: ['port'],
    properties: {
      port: { type: 'integer' },
      protocol: { type: 'string', default: 'TCP' },
      weight: { type: 'integer', default: 3 },
    },
  }
  const ports = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['port', 'protocol'],
    items: port,
  }
  const spec = {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { mode: { type: 'string', default: 'slow' }, ports },
  }
  const versions = [
    {
      name: 'v1',
      served: true,
      storage: true,
      schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
    },
  ]
  const names = { kind: 'Thing', plural: 'things' }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names, versions },
  }
}

test.before(async (t) => {
  t.timeout(600_000)
  bed = openBed(t.context.controlPlane)
  await bed.learn([definition()])
  await create(definition())
  await bed.learn([deployment('any', {}), object('v1', 'Service', 'any', {}), thing({})])
})

test.after.always(() => bed?.[Symbol.asyncDispose]())

async function create(declared: KubernetesObject): Promise<LiveObject> {
  const resource = await bed.resourceOf(declared)
  return bed.client.create(resource, desiredOf(resolvedOf(declared), owner))
}

/** Applies a declaration to what is live; the next plan is empty. */
async function apply(
  declared: KubernetesObject,
  live: LiveObject,
  base: KubernetesObject | undefined,
  schema: MergeSchema = bed.schemaOf(declared),
): Promise<LiveObject> {
  const resolved = resolvedOf(declared)
  const plan = planObject({ resolved, owner, live, base, schema })
  if (plan.action !== 'patch') throw new Error(`planned ${plan.action}`)
  const after = await bed.client.patch(await bed.resourceOf(declared), keyOf(live), plan.patch)
  const next = planObject({ resolved, owner, live: after, schema })
  if (next.action !== 'unchanged') throw new Error(`then planned ${JSON.stringify(next)}`)
  return after
}

/** A change by another writer, as kubectl patch makes it. */
async function patchAs(writer: string, live: LiveObject, args: readonly string[]): Promise<LiveObject> {
  const target = [live.kind, live.metadata.name, '-n', 'default', `--field-manager=${writer}`]
  const { code, stderr } = await bed.controlPlane.kubectl(['patch', ...target, ...args])
  if (code !== 0) throw new Error(stderr)
  return (await bed.read(live)) as LiveObject
}

interface Move {
  readonly title: string
  readonly from: JsonObject
  readonly to: JsonObject
  /** A change by another writer in between, as a strategic merge patch of the pod's spec. */
  readonly other?: JsonObject
  readonly expected: (spec: JsonObject) => unknown
  readonly value: unknown
}

const app = { name: 'app', image: 'app:1' }

function containerOf(spec: JsonObject, name = 'app'): JsonObject {
  return (spec.containers as JsonObject[]).find((container) => container.name === name) ?? {}
}

function names(list: unknown): readonly unknown[] {
  return (list as JsonObject[]).map(({ name }) => name)
}

const init = (...all: readonly string[]): JsonObject => ({
  containers: [app],
  initContainers: all.map((name) => ({ name, image: 'i' })),
})

const moves: readonly Move[] = [
  {
    title: 'a probe goes with all that was defaulted in it',
    from: { containers: [{ ...app, livenessProbe: { httpGet: { port: 80 } } }] },
    to: { containers: [app] },
    expected: (spec) => containerOf(spec).livenessProbe,
    value: undefined,
  },
  {
    title: 'a volume changes its source',
    from: { containers: [app], volumes: [{ name: 'v' }] },
    to: { containers: [app], volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    expected: (spec) => spec.volumes,
    value: [{ name: 'v', configMap: { name: 'c', defaultMode: 420 } }],
  },
  {
    title: 'a variable changes from a value to a reference',
    from: {
      containers: [
        {
          ...app,
          env: [
            { name: 'A', value: 'x' },
            { name: 'B', value: 'y' },
          ],
        },
      ],
    },
    to: {
      containers: [{ ...app, env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }],
    },
    expected: (spec) => containerOf(spec).env,
    value: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
  },
  {
    title: 'one of two ports of the same number goes',
    from: {
      containers: [{ ...app, ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }] }],
    },
    to: { containers: [{ ...app, ports: [{ containerPort: 53, protocol: 'UDP' }] }] },
    expected: (spec) => containerOf(spec).ports,
    value: [{ containerPort: 53, protocol: 'UDP' }],
  },
  {
    title: 'a container that another writer added stays in its place',
    from: { containers: [app, { name: 'old', image: 'old:1' }] },
    other: { containers: [{ name: 'sidecar', image: 'sidecar:1' }] },
    to: {
      containers: [
        { name: 'new', image: 'new:1' },
        { ...app, image: 'app:2' },
      ],
    },
    expected: (spec) => (spec.containers as JsonObject[]).map(({ name, image }) => `${name} ${image}`),
    value: ['sidecar sidecar:1', 'new new:1', 'app app:2'],
  },
  {
    title: 'an init container is put where Git has it',
    from: init('one', 'three'),
    to: init('one', 'two', 'three'),
    expected: (spec) => names(spec.initContainers),
    value: ['one', 'two', 'three'],
  },
  {
    title: 'init containers get the order that Git gives them, others stay in their places',
    from: init('one', 'two', 'three'),
    other: { initContainers: [{ name: 'injected', image: 'i' }] },
    to: init('three', 'one', 'two'),
    expected: (spec) => names(spec.initContainers),
    value: ['injected', 'three', 'one', 'two'],
  },
  {
    title: 'a container goes with what another writer put in it',
    from: { containers: [app, { name: 'old', image: 'old:1' }] },
    other: { containers: [{ name: 'old', env: [{ name: 'DEBUG', value: '1' }] }] },
    to: { containers: [app] },
    expected: (spec) => names(spec.containers),
    value: ['app'],
  },
  {
    title: 'a container that is renamed takes nothing along',
    from: { containers: [{ ...app, env: [{ name: 'A', value: 'x' }] }] },
    to: { containers: [{ name: 'web', image: 'app:1' }] },
    expected: (spec) => [names(spec.containers), containerOf(spec, 'web').env],
    value: [['web'], undefined],
  },
  {
    title: 'a field that another writer set in a struct survives the end of what Git had there',
    from: { containers: [{ ...app, securityContext: { runAsUser: 1 } }] },
    other: { containers: [{ name: 'app', securityContext: { privileged: false } }] },
    to: { containers: [app] },
    expected: (spec) => containerOf(spec).securityContext,
    value: { privileged: false },
  },
]

function podOf(object: KubernetesObject): JsonObject {
  return ((object.spec as JsonObject).template as JsonObject).spec as JsonObject
}

moves.forEach(({ title, from, to, other, expected, value }, index) => {
  test(title, async (t) => {
    const base = deployment(`move-${index}`, from)
    const declared = deployment(`move-${index}`, to)
    const created = await create(base)
    const change = JSON.stringify({ spec: { template: { spec: other ?? {} } } })
    const live = other ? await patchAs('injector', created, ['-p', change]) : created
    const after = await apply(declared, live, base)
    t.deepEqual(expected(podOf(after)) as object, value as object)
  })
})

test("of a Service's two ports of one number one is changed, the other goes", async (t) => {
  const tcp = { port: 53, name: 'tcp' }
  const udp = { port: 53, name: 'udp', protocol: 'UDP' }
  const service = (ports: readonly JsonObject[]) =>
    object('v1', 'Service', 'dns', { selector: { a: 'b' }, ports })
  const portsOf = ({ spec }: LiveObject) => (spec as { readonly ports: readonly JsonObject[] }).ports
  const live = await create(service([tcp, udp]))
  const moved = service([tcp, { ...udp, targetPort: 5353 }])
  const changed = await apply(moved, live, service([tcp, udp]))
  t.like(portsOf(changed), [{ targetPort: 53 }, { targetPort: 5353 }])
  const rest = await apply(service([udp]), changed, moved)
  t.like(portsOf(rest), [{ name: 'udp', protocol: 'UDP', targetPort: 53 }])
  t.is(portsOf(rest).length, 1)
})

test('replicas that an autoscaler took over stay when Git gives them up', async (t) => {
  const plain = deployment('scaled', { containers: [app] })
  const base = deployment('scaled', { containers: [app] }, { replicas: 2 })
  const scale = ['--subresource=scale', '--type=merge', '-p', '{"spec":{"replicas":5}}']
  const scaled = await patchAs('kube-controller-manager', await create(base), scale)
  t.is(((await apply(plain, scaled, base)).spec as JsonObject).replicas, 5)
})

test('another strategy drops the settings of the old one', async (t) => {
  const base = deployment('strategy', { containers: [app] })
  const declared = deployment('strategy', { containers: [app] }, { strategy: { type: 'Recreate' } })
  const after = await apply(declared, await create(base), base)
  t.deepEqual((after.spec as JsonObject).strategy as object, { type: 'Recreate' })
})

test('managedFields alone tell what Reeve no longer declares', async (t) => {
  const pod = { containers: [{ ...app, args: ['x'], env: [{ name: 'A', value: 'x' }] }] }
  const live = await create(deployment('fields', pod))
  const after = await apply(deployment('fields', { containers: [app] }), live, undefined)
  t.like(containerOf(podOf(after)), { args: undefined, env: undefined, image: 'app:1' })
})

test('a new order leaves the fields of others to them', async (t) => {
  const base = deployment('ordered', { containers: [app, { name: 'b', image: 'b:1' }] })
  const change = { spec: { template: { spec: { containers: [{ name: 'app', workingDir: '/x' }] } } } }
  const live = await patchAs('injector', await create(base), ['-p', JSON.stringify(change)])
  const declared = deployment('ordered', { containers: [{ name: 'b', image: 'b:1' }, app] })
  const after = await apply(declared, live, base)
  t.deepEqual(names(podOf(after).containers), ['b', 'app'])
  const managers = (after.metadata.managedFields ?? []).filter(({ fieldsV1 }) =>
    JSON.stringify(fieldsV1).includes('f:workingDir'),
  )
  t.deepEqual(
    managers.map(({ manager }) => manager),
    ['injector'],
  )
})

test('a custom resource is unchanged by the schema of its CRD alone', async (t) => {
  const schema = schemaOfCrd(definition(), 'v1')
  const base = thing({ ports: [{ port: 1 }, { port: 1, protocol: 'UDP', weight: 1 }], extra: { deep: [1] } })
  const live = await create(base)
  t.is(planObject({ resolved: resolvedOf(base), owner, live, schema }).action, 'unchanged')
  const declared = thing({ ports: [{ port: 1, protocol: 'UDP', weight: 2 }, { port: 2 }] })
  const after = await apply(declared, live, base, schema)
  t.deepEqual(after.spec as object, {
    mode: 'slow',
    ports: [
      { port: 1, protocol: 'UDP', weight: 2 },
      { port: 2, protocol: 'TCP', weight: 3 },
    ],
  })
})
