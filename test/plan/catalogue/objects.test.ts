import { readFile } from 'node:fs/promises'
import test from 'ava'
import { loadAll } from 'js-yaml'
import { type ControlPlane, startControlPlane } from '../../../src/demo/control-plane.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { gvkOf, type KubernetesObject, type LiveObject } from '../../../src/model/object.ts'
import type { ObjectPlan } from '../../../src/model/plan.ts'
import { desiredOf } from '../../../src/plan/desired.ts'
import { differences } from '../../../src/plan/merge/merge.ts'
import { settledOf } from '../../../src/plan/merge/settled.ts'
import { type PlanObjectInput, planObject } from '../../../src/plan/plan-object.ts'
import { compileSchema } from '../../../src/plan/schema/compile-schema.ts'
import type { MergeSchema } from '../../../src/plan/schema/compiled-schema.ts'
import { schemaOfCrd } from '../../../src/plan/schema/schema-of-crd.ts'
import { unknownFields } from '../../../src/plan/unknown-fields.ts'
import { owner, resolvedOf } from '../helpers/objects.ts'

const catalogue = loadAll(
  await readFile(new URL('objects.yaml', import.meta.url), 'utf8'),
) as KubernetesObject[]

let controlPlane: ControlPlane
const schemas = new Map<string, MergeSchema | undefined>()
const live = new Map<KubernetesObject, LiveObject>()

test.before(async (t) => {
  t.timeout(600_000)
  controlPlane = await startControlPlane()
  for (const apiVersion of new Set(catalogue.map((object) => object.apiVersion)))
    await readSchemas(apiVersion)
  const items = await createAll(catalogue)
  catalogue.forEach((object, index) => {
    const item = items[index]
    if (item) live.set(object, item)
  })
})

test.after.always(() => controlPlane?.stop())

async function kubectl(args: readonly string[], input?: JsonObject): Promise<JsonObject> {
  const { stdout, stderr, code } = await controlPlane.kubectl(
    [...args, '-n', 'default'],
    input ? { input: JSON.stringify(input) } : {},
  )
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Without a List around them kubectl prints one JSON document after the other. */
async function createAll(objects: readonly KubernetesObject[]): Promise<readonly LiveObject[]> {
  const input = objects.map((object) => JSON.stringify(desiredOf(resolvedOf(object), owner))).join('\n---\n')
  const args = ['create', '-f', '-', '--field-manager=reeve', '--validate=strict', '-o', 'json']
  const { stdout, stderr, code } = await controlPlane.kubectl(args, { input })
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(`[${stdout.replaceAll('\n}\n{\n', '\n},\n{\n')}]`)
}

async function readSchemas(apiVersion: string): Promise<void> {
  const path = apiVersion === 'v1' ? 'api/v1' : `apis/${apiVersion}`
  const document = await kubectl(['get', '--raw', `/openapi/v3/${path}`])
  for (const object of catalogue) {
    if (object.apiVersion === apiVersion) schemas.set(id(object), compileSchema(document, gvkOf(object)))
  }
}

function id(object: KubernetesObject): string {
  return `${object.apiVersion}/${object.kind}/${object.metadata.name}`
}

function plan(object: KubernetesObject, more: Partial<PlanObjectInput> = {}): ObjectPlan {
  return planObject({
    resolved: resolvedOf(object),
    owner,
    live: live.get(object),
    schema: schemas.get(id(object)),
    ...more,
  })
}

/** What the server makes of a declaration that no schema tells: these settle. */
const settling: ReadonlyMap<string, string> = new Map([
  ['LimitRange', 'limits fill each other in, inside an atomic list'],
  ['Pod', 'admission adds tolerations to an atomic list'],
])

test('the server publishes a schema for every kind, and knows every field of the catalogue', (t) => {
  for (const object of catalogue) {
    t.truthy(schemas.get(id(object)), id(object))
    t.deepEqual(unknownFields(object, schemas.get(id(object))), [], id(object))
  }
})

for (const object of catalogue) {
  const reason = settling.get(object.kind)
  test(`${object.kind} ${object.metadata.name} is ${reason ? `settled (${reason})` : 'unchanged'} once it is created`, (t) => {
    if (!reason) {
      t.deepEqual(shown(plan(object)), 'unchanged')
      return
    }
    const item = live.get(object)
    const remaining = item ? differences(object, item, schemas.get(id(object))) : []
    t.is(remaining.length, 1)
    const recording = plan(object, { settled: settledOf(remaining) })
    t.deepEqual(shown(recording), ['/metadata/annotations/reeve.dev~1applied'])
  })
}

function shown(plan: ObjectPlan): unknown {
  return plan.action === 'patch' ? plan.patch.slice(2).map(({ path }) => path) : plan.action
}

async function patch(planned: ObjectPlan): Promise<LiveObject> {
  if (planned.action !== 'patch') throw new Error(`planned ${planned.action}`)
  const { kind, apiVersion, metadata } = planned.live
  const { group } = gvkOf({ apiVersion, kind })
  const args = [
    'patch',
    group === '' ? kind : `${kind}.${group}`,
    metadata.name,
    '--type=json',
    '--field-manager=reeve',
  ]
  return (await kubectl([
    ...args,
    '-p',
    JSON.stringify(planned.patch),
    '-o',
    'json',
    '--show-managed-fields',
  ])) as unknown as LiveObject
}

async function create(object: KubernetesObject): Promise<LiveObject> {
  const desired = desiredOf(resolvedOf(object), owner) as unknown as JsonObject
  return (await kubectl(
    ['create', '-f', '-', '--field-manager=reeve', '-o', 'json', '--show-managed-fields'],
    desired,
  )) as unknown as LiveObject
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
    from: {
      containers: [app],
      initContainers: [
        { name: 'one', image: 'i' },
        { name: 'three', image: 'i' },
      ],
    },
    to: {
      containers: [app],
      initContainers: [
        { name: 'one', image: 'i' },
        { name: 'two', image: 'i' },
        { name: 'three', image: 'i' },
      ],
    },
    expected: (spec) => (spec.initContainers as JsonObject[]).map(({ name }) => name),
    value: ['one', 'two', 'three'],
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

function deployment(name: string, pod: JsonObject): KubernetesObject {
  const template = { metadata: { labels: { app: name } }, spec: pod }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { selector: { matchLabels: { app: name } }, template },
  }
}

function podOf(object: KubernetesObject): JsonObject {
  return ((object.spec as JsonObject).template as JsonObject).spec as JsonObject
}

moves.forEach(({ title, from, to, other, expected, value }, index) => {
  test(`on the real server, ${title}`, async (t) => {
    const schema = schemas.get('apps/v1/Deployment/web')
    const base = deployment(`move-${index}`, from)
    const declared = deployment(`move-${index}`, to)
    let current = await create(base)
    if (other) {
      const change = JSON.stringify({ spec: { template: { spec: other } } })
      const args = ['patch', 'deployment', `move-${index}`, '--field-manager=injector', '-p', change]
      current = (await kubectl([...args, '-o', 'json', '--show-managed-fields'])) as unknown as LiveObject
    }
    const resolved = resolvedOf(declared)
    const after = await patch(planObject({ resolved, owner, live: current, base, schema }))
    t.deepEqual(expected(podOf(after)) as object, value as object)
    t.is(planObject({ resolved, owner, live: after, schema }).action, 'unchanged')
  })
})

test('on the real server, replicas that an autoscaler took over stay when Git gives them up', async (t) => {
  const schema = schemas.get('apps/v1/Deployment/web')
  const pod = { containers: [app] }
  const plain = deployment('scaled', pod)
  const base = { ...plain, spec: { ...(plain.spec as JsonObject), replicas: 2 } }
  await create(base)
  const scale = [
    'patch',
    'deployment',
    'scaled',
    '--subresource=scale',
    '--type=merge',
    '--field-manager=kube-controller-manager',
  ]
  await kubectl([...scale, '-p', '{"spec":{"replicas":5}}', '-o', 'json'])
  const scaled = (await kubectl([
    'get',
    'deployment',
    'scaled',
    '-o',
    'json',
    '--show-managed-fields',
  ])) as unknown as LiveObject
  const resolved = resolvedOf(plain)
  const after = await patch(planObject({ resolved, owner, live: scaled, base, schema }))
  t.is((after.spec as JsonObject).replicas, 5)
  t.is(planObject({ resolved, owner, live: after, schema }).action, 'unchanged')
})

test('on the real server, another strategy drops the settings of the old one', async (t) => {
  const schema = schemas.get('apps/v1/Deployment/web')
  const base = deployment('strategy', { containers: [app] })
  const declared = { ...base, spec: { ...(base.spec as JsonObject), strategy: { type: 'Recreate' } } }
  const resolved = resolvedOf(declared)
  const after = await patch(planObject({ resolved, owner, live: await create(base), base, schema }))
  t.deepEqual((after.spec as JsonObject).strategy as object, { type: 'Recreate' })
  t.is(planObject({ resolved, owner, live: after, schema }).action, 'unchanged')
})

test('on the real server, managedFields alone tell what Reeve no longer declares', async (t) => {
  const schema = schemas.get('apps/v1/Deployment/web')
  const base = deployment('fields', {
    containers: [{ ...app, args: ['x'], env: [{ name: 'A', value: 'x' }] }],
  })
  const declared = deployment('fields', { containers: [app] })
  const resolved = resolvedOf(declared)
  const after = await patch(planObject({ resolved, owner, live: await create(base), schema }))
  t.like(containerOf(podOf(after)), { args: undefined, env: undefined, image: 'app:1' })
  t.is(planObject({ resolved, owner, live: after, schema }).action, 'unchanged')
})

test('on the real server, a custom resource is unchanged by the schema of its CRD alone', async (t) => {
  const crd = catalogue.find(({ kind }) => kind === 'CustomResourceDefinition')
  const schema = crd && schemaOfCrd(crd, 'v1')
  await kubectl(['wait', '--for=condition=Established', 'crd', 'foos.e.com', '-o', 'json'])
  const foo = (spec: JsonObject): KubernetesObject => ({
    apiVersion: 'e.com/v1',
    kind: 'Foo',
    metadata: { name: 'foo', namespace: 'default' },
    spec,
  })
  const base = foo({ q: '1000m', l: [{ k: 'a' }, { k: 'a', p: 'UDP', v: 1 }], extra: { deep: [1] } })
  const created = await create(base)
  t.is(planObject({ resolved: resolvedOf(base), owner, live: created, schema }).action, 'unchanged')
  const resolved = resolvedOf(foo({ q: '1', l: [{ k: 'a', p: 'UDP', v: 2 }, { k: 'b' }] }))
  const after = await patch(planObject({ resolved, owner, live: created, base, schema }))
  t.deepEqual(after.spec as object, {
    d: 'x',
    q: '1000m',
    l: [
      { k: 'a', p: 'UDP', v: 2 },
      { k: 'b', p: 'TCP', v: 3 },
    ],
  })
  t.is(planObject({ resolved, owner, live: after, schema }).action, 'unchanged')
})
