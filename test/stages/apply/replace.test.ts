import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { Discovery } from '../../../src/adapters/cluster/discovery.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import type { JsonObject, JsonValue } from '../../../src/model/json.ts'
import { gvkOf, type KubernetesObject, keyOf, type LiveObject } from '../../../src/model/object.ts'
import type { PatchOperation, PatchPlan } from '../../../src/model/plan.ts'
import type { Kinds, Resource } from '../../../src/model/schema.ts'
import type { Outcome } from '../../../src/model/status.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import type { ApplyContext } from '../../../src/stages/apply/apply-context.ts'
import { applyObject } from '../../../src/stages/apply/apply-object.ts'
import { applyOperation } from '../../../src/stages/plan/describe/patched.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { apply, kubectl } from '../../helpers/live.ts'
import { staticAddress, staticNodePort } from '../../helpers/static-range.ts'
import { until } from '../../helpers/until.ts'

interface Context {
  readonly controlPlane: ControlPlane
  readonly client: ClusterClient
  readonly kinds: () => Promise<Kinds>
}

// With controllers: the garbage collector ends deletions in the foreground.
const test = controlPlaneTest({ controllers: true }, ({ kubeconfig }) => {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig))
  return { client, kinds: () => new Discovery(client).kinds() }
})

test.after.always(({ context }) => context.client?.[Symbol.asyncDispose]())

interface Case {
  readonly title: string
  readonly object: KubernetesObject
  readonly path: string
  readonly value: JsonValue
  /** What the fault names. */
  readonly field: RegExp
}

const RBAC = 'rbac.authorization.k8s.io'
const CONTAINERS = [{ name: 'web', image: 'web:1', command: ['a'] }]
const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: CONTAINERS } }
const selector = { matchLabels: labels }
const role = { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' }

const cases: readonly Case[] = [
  {
    title: 'RoleBinding',
    object: object(`${RBAC}/v1`, 'RoleBinding', { roleRef: role, subjects: [] }),
    path: '/roleRef/name',
    value: 'edit',
    field: /roleRef\.name/,
  },
  {
    title: 'ClusterRoleBinding',
    object: object(`${RBAC}/v1`, 'ClusterRoleBinding', { roleRef: role, subjects: [] }, ''),
    path: '/roleRef/name',
    value: 'edit',
    field: /roleRef\.name/,
  },
  {
    title: 'PersistentVolumeClaim',
    object: object('v1', 'PersistentVolumeClaim', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }),
    path: '/spec/accessModes',
    value: ['ReadWriteMany'],
    field: /spec\.accessModes/,
  },
  {
    title: 'PersistentVolume',
    object: object(
      'v1',
      'PersistentVolume',
      {
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          nfs: { server: 'a', path: '/a' },
        },
      },
      '',
    ),
    path: '/spec/nfs/path',
    value: '/b',
    field: /spec\.nfs\.path/,
  },
  {
    title: 'Pod',
    object: object('v1', 'Pod', { spec: { containers: CONTAINERS } }),
    path: '/spec/containers/0/command',
    value: ['b'],
    field: /spec\.containers\[name=web\]\.command/,
  },
  {
    title: 'Service',
    object: object('v1', 'Service', { spec: { clusterIP: staticAddress(2), ports: [{ port: 80 }] } }),
    path: '/spec/clusterIP',
    value: 'None',
    field: /spec\.clusterIP/,
  },
  {
    title: 'StorageClass',
    object: object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'a', parameters: { a: '1' } }, ''),
    path: '/parameters/a',
    value: '2',
    field: /parameters\.a/,
  },
  {
    title: 'Secret',
    object: object('v1', 'Secret', { immutable: true, data: { a: 'YQ==' } }),
    path: '/data/a',
    value: 'Yg==',
    field: /data\.a/,
  },
  {
    title: 'Job',
    object: object('batch/v1', 'Job', {
      spec: { template: { spec: { restartPolicy: 'Never', containers: CONTAINERS } } },
    }),
    path: '/spec/template/spec/containers/0/image',
    value: 'web:2',
    field: /spec\.template\.spec\.containers\[name=web\]\.image/,
  },
  {
    title: 'StatefulSet',
    object: object('apps/v1', 'StatefulSet', { spec: { serviceName: 'a', selector, template } }),
    path: '/spec/serviceName',
    value: 'b',
    field: /spec\.serviceName/,
  },
  {
    title: 'IngressClass',
    object: object('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'a.dev/a' } }, ''),
    path: '/spec/controller',
    value: 'a.dev/b',
    field: /spec\.controller/,
  },
  {
    title: 'PriorityClass',
    object: object('scheduling.k8s.io/v1', 'PriorityClass', { value: 1 }, ''),
    path: '/value',
    value: 2,
    field: /value/,
  },
  {
    title: 'custom resource with a rule and a message of its own',
    object: object('e2e.dev/v1', 'Fixed', { spec: { tier: 'gold' } }),
    path: '/spec/tier',
    value: 'silver',
    field: /spec\.tier.*no way back/,
  },
  {
    title: 'object that an admission policy protects',
    object: object('v1', 'ConfigMap', { data: { sealed: '1' } }),
    path: '/data/sealed',
    value: '2',
    field: /data\.sealed.*sealed cannot be changed/,
  },
]

test.before('a definition with a rule, and an admission policy', async (t) => {
  const { controlPlane } = t.context
  const rule = { rule: 'self.tier == oldSelf.tier', message: 'no way back' }
  const positive = { rule: "self.tier != 'none'", message: 'some tier' }
  const spec = {
    type: 'object',
    properties: { tier: { type: 'string' } },
    'x-kubernetes-validations': [rule, positive],
  }
  await apply(
    controlPlane,
    JSON.stringify({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'fixeds.e2e.dev' },
      spec: {
        group: 'e2e.dev',
        scope: 'Namespaced',
        names: { kind: 'Fixed', plural: 'fixeds' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
          },
        ],
      },
    }),
  )
  const admission = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: 'sealed' } }
  const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['configmaps'] }]
  const expression =
    "!has(oldObject.data) || !('sealed' in oldObject.data) || object.data.sealed == oldObject.data.sealed"
  const policy = {
    ...admission,
    kind: 'ValidatingAdmissionPolicy',
    spec: {
      matchConstraints: { resourceRules: rules },
      validations: [
        { expression, message: 'sealed cannot be changed' },
        {
          expression: "object.metadata.name != 'frozen'",
          message: 'ConfigMaps may not be changed on Sundays',
        },
      ],
    },
  }
  const binding = {
    ...admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    spec: { policyName: 'sealed', validationActions: ['Deny'] },
  }
  for (const each of [policy, binding]) await apply(controlPlane, JSON.stringify(each))
  await kubectl(controlPlane, 'wait', '--for=condition=Established', 'crd/fixeds.e2e.dev')
  await kubectl(controlPlane, 'create', 'configmap', 'probe', '--from-literal=sealed=1')
  const change = [
    'patch',
    'configmap/probe',
    '--type=merge',
    '-p',
    '{"data":{"sealed":"2"}}',
    '--dry-run=server',
  ]
  await until('the policy to be in force', async () => (await controlPlane.kubectl(change)).code !== 0)
})

const REPLACING = { 'reeve.dev/replace': 'true' }

for (const { title, object, field, ...change } of cases)
  test(`an immutable field of a ${title} is told; with the annotation the object is replaced`, async (t) => {
    const live = await created(t.context, object)
    const refused = await applied(t.context, planOf(live, object, change))
    if (refused.result !== 'failed') return t.fail(refused.result)
    t.is(refused.fault.code, 'needs-replacement', refused.fault.message)
    t.regex(refused.fault.message, field)
    t.is((await read(t.context, live)).metadata.uid, live.metadata.uid)

    const how: unknown[] = []
    const outcome = await applied(t.context, planOf(live, object, change, REPLACING), (...[, , said]) => {
      how.push(said)
    })
    t.is(outcome.result, 'patched', JSON.stringify(outcome))
    t.deepEqual(how, ['replaced'])
    t.not((await read(t.context, live)).metadata.uid, live.metadata.uid)
  })

test('an object that a mark keeps is not replaced, and the fault says why', async (t) => {
  const map = object('v1', 'ConfigMap', { immutable: true, data: { a: '1' } }, 'default', 'kept')
  const keep = { 'helm.sh/resource-policy': 'keep' }
  const live = await created(t.context, { ...map, metadata: { ...map.metadata, annotations: keep } })
  const change = { path: '/data/a', value: '2' }
  const outcome = await applied(t.context, planOf(live, map, change, REPLACING))
  if (outcome.result !== 'failed') return t.fail(outcome.result)
  t.is(outcome.fault.code, 'needs-replacement')
  t.regex(outcome.fault.message, /it is not replaced, as it has helm\.sh\/resource-policy: keep/)
  t.is((await read(t.context, live)).metadata.uid, live.metadata.uid)
})

test('a policy that forbids changes for now leads to no replacement', async (t) => {
  const map = object('v1', 'ConfigMap', { data: { a: '1' } }, 'default', 'frozen')
  const live = await created(t.context, map)
  const outcome = await applied(t.context, planOf(live, map, { path: '/data/a', value: '2' }, REPLACING))
  if (outcome.result !== 'failed') return t.fail(outcome.result)
  t.is(outcome.fault.code, 'policy-denied')
  t.is((await read(t.context, live)).metadata.uid, live.metadata.uid)
})

const bad: readonly Pick<Case, 'object' | 'path' | 'value'>[] = [
  {
    object: object('v1', 'Service', { spec: { ports: [{ port: 80 }] } }, 'default', 'bad'),
    path: '/spec/clusterIP',
    value: '192.168.9.9',
  },
  {
    object: object('e2e.dev/v1', 'Fixed', { spec: { tier: 'gold' } }, 'default', 'bad'),
    path: '/spec/tier',
    value: 'none',
  },
  {
    object: object('v1', 'Pod', { spec: { containers: CONTAINERS } }, 'default', 'bad'),
    path: '/spec/restartPolicy',
    value: 'Maybe',
  },
]

for (const { object, ...change } of bad)
  test(`a ${object.kind} that could not be created as declared is not deleted`, async (t) => {
    const live = await created(t.context, object)
    const outcome = await applied(t.context, planOf(live, object, change, REPLACING))
    t.is(outcome.result, 'failed')
    t.log('fault' in outcome && outcome.fault.message)
    t.is((await read(t.context, live)).metadata.uid, live.metadata.uid)
  })

test('a Service that holds the port that it declares is replaced', async (t) => {
  const ports = [{ port: 80, nodePort: staticNodePort(0) }]
  const spec = { type: 'NodePort', clusterIP: staticAddress(3), ports }
  const declared = object('v1', 'Service', { spec }, 'default', 'holder')
  const live = await created(t.context, declared)
  const change = { path: '/spec/clusterIP', value: staticAddress(4) }
  const outcome = await applied(t.context, planOf(live, declared, change, REPLACING))
  t.is(outcome.result, 'patched', JSON.stringify(outcome))
  t.like((await read(t.context, live)).spec, {
    clusterIP: staticAddress(4),
    ports: [{ nodePort: staticNodePort(0) }],
  })
})

test('a port that the deleted Service held is waited for until it is free', async (t) => {
  const { client } = t.context
  const service = (name: string, clusterIP: string) => {
    const spec = { type: 'NodePort', clusterIP, ports: [{ port: 80, nodePort: staticNodePort(1) }] }
    return object('v1', 'Service', { spec }, 'default', name)
  }
  const declared = service('late', staticAddress(5))
  const live = await created(t.context, declared)
  const resource = await resourceOf(t.context, declared)
  let refusals = 0
  let thief: LiveObject | undefined
  const create: ClusterClient['create'] = async (...args) => {
    if (args[2]?.dryRun === true) return client.create(...args)
    // As if the API server freed the port later.
    if (refusals === 0) thief = await client.create(resource, service('thief', staticAddress(6)))
    if (refusals === 2 && thief) await client.delete(resource, keyOf(thief), { uid: thief.metadata.uid })
    return client.create(...args).catch((error: unknown) => {
      refusals++
      throw error
    })
  }
  const late = new Proxy(client, {
    get: (target, name: keyof ClusterClient) => {
      const member = target[name]
      return name === 'create' ? create : typeof member === 'function' ? member.bind(target) : member
    },
  })
  const plan = planOf(live, declared, { path: '/spec/clusterIP', value: staticAddress(7) }, REPLACING)
  const outcome = await applied({ ...t.context, client: late }, plan)
  t.is(outcome.result, 'patched', JSON.stringify(outcome))
  t.true(refusals >= 2, `${refusals}`)
  t.like((await read(t.context, live)).spec, {
    clusterIP: staticAddress(7),
    ports: [{ nodePort: staticNodePort(1) }],
  })
})

function object(
  apiVersion: string,
  kind: string,
  more: JsonObject,
  namespace = 'default',
  name = 'fixed',
): KubernetesObject {
  const metadata = namespace === '' ? { name: `${name}-of-all` } : { name, namespace }
  return { apiVersion, kind, metadata, ...more } as KubernetesObject
}

async function created(context: Context, declared: KubernetesObject): Promise<LiveObject> {
  const resource = await resourceOf(context, declared)
  const live = await context.client.create(resource, declared)
  if (live.metadata.finalizers === undefined) return live
  // The controllers that take them off do not run here.
  return context.client.patch(resource, keyOf(live), [{ op: 'remove', path: '/metadata/finalizers' }], {})
}

async function read(context: Context, object: KubernetesObject): Promise<LiveObject> {
  const live = await context.client.get(await resourceOf(context, object), keyOf(object))
  if (live === undefined) throw new Error(`${object.kind} is gone`)
  return live
}

async function resourceOf({ kinds }: Context, object: KubernetesObject): Promise<Resource> {
  const resource = (await kinds()).resource(gvkOf(object))
  if (resource === undefined) throw new Error(`${object.kind} is not served`)
  return resource
}

async function applied(
  context: Context,
  plan: PatchPlan,
  onWritten: ApplyContext['onWritten'] = () => {},
): Promise<Outcome> {
  const resource = await resourceOf(context, plan.live)
  return applyObject(plan, {
    client: context.client,
    writer: () => context.client,
    resourceOf: () => resource,
    // Controllers write its status meanwhile.
    replan: async ({ key }, moved) => (moved ? { ...plan, live: moved } : { action: 'unchanged', key }),
    onWritten,
    onWarning: () => {},
  })
}

function planOf(
  live: LiveObject,
  declared: KubernetesObject,
  { path, value }: Pick<Case, 'path' | 'value'>,
  annotations: Record<string, string> = {},
): PatchPlan {
  const change: PatchOperation = { op: 'add', path, value }
  const changed = applyOperation(declared as JsonObject, change) as KubernetesObject
  const desired = { ...changed, metadata: { ...changed.metadata, annotations } }
  return { action: 'patch', key: keyOf(live), live, desired, patch: [change] }
}
