import test from 'ava'
import type { ResolvedObject } from '../../../../src/model/installation.ts'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject, LiveObject } from '../../../../src/model/object.ts'
import type { ObjectPlan } from '../../../../src/model/plan.ts'
import { checkObject } from '../../../../src/stages/declare/check-object.ts'
import { type Leave, leaveNothing } from '../../../../src/stages/plan/merge/leave.ts'
import { controlledFields } from '../../../../src/stages/plan/ownership/controlled-fields.ts'
import { ignoredNotices } from '../../../../src/stages/plan/ownership/ignored-notices.ts'
import { planObject } from '../../../../src/stages/plan/plan-object.ts'
import { appliedLive, owner, resolvedOf } from '../helpers/objects.ts'

interface Case {
  readonly title: string
  readonly declared: KubernetesObject
  /** What the live object has otherwise. */
  readonly live: Partial<Record<string, JsonValue>>
  /** Paths of the patch; none by default. */
  readonly patched?: readonly string[]
  /** Pointers of what is left. */
  readonly left: readonly string[]
  /** Fields that the notice names; none where it is absent. */
  readonly told?: string
}

const REVISION = 'deployment.kubernetes.io/revision'
const EXPORTED = { uid: 'f2a1', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' }

function object(
  apiVersion: string,
  kind: string,
  more: JsonObject,
  metadata: JsonObject = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'web', ...metadata }, ...more } as KubernetesObject
}

const RBAC = 'rbac.authorization.k8s.io/v1'
const RULE = { apiGroups: [''], resources: ['pods'], verbs: ['get'] }
const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { to: 'web' } }] }

const cases: readonly Case[] = [
  {
    title: 'the rules of an aggregated ClusterRole',
    declared: object(RBAC, 'ClusterRole', { aggregationRule, rules: [{ ...RULE, verbs: ['list'] }] }),
    live: { rules: [RULE] },
    left: ['/rules'],
    told: 'rules',
  },
  {
    title: 'the rules of an aggregated ClusterRole that Git declares to be empty',
    declared: object(RBAC, 'ClusterRole', { aggregationRule, rules: [] }),
    live: { rules: [RULE] },
    left: ['/rules'],
  },
  {
    title: 'the rules of any other ClusterRole are Git’s',
    declared: object(RBAC, 'ClusterRole', { rules: [RULE] }),
    live: { rules: [] },
    patched: ['/rules'],
    left: [],
  },
  {
    title: 'the revision of a Deployment',
    declared: object('apps/v1', 'Deployment', {}, { annotations: { [REVISION]: '3', team: 'blue' } }),
    live: { metadata: { annotations: { [REVISION]: '7', team: 'red' } } },
    patched: ['/metadata/annotations/team'],
    left: [`/metadata/annotations/${REVISION.replace('/', '~1')}`],
    told: `metadata.annotations["${REVISION}"]`,
  },
  {
    title: 'the address of an exported Service',
    declared: object('v1', 'Service', { spec: { clusterIP: '10.0.0.1', ports: [] } }, EXPORTED),
    live: { spec: { clusterIP: '10.0.0.2', ports: [] } },
    left: ['/spec/clusterIP'],
    told: 'metadata.uid, metadata.resourceVersion, metadata.creationTimestamp, spec.clusterIP',
  },
  {
    title: 'the address that a Service declares is Git’s',
    declared: object('v1', 'Service', { spec: { clusterIP: '10.0.0.1' } }, { creationTimestamp: null }),
    live: { spec: { clusterIP: '10.0.0.2' } },
    patched: ['/spec/clusterIP'],
    left: [],
  },
  {
    title: 'that a Service has no address is Git’s, in an export, too',
    declared: object('v1', 'Service', { spec: { clusterIP: 'None' } }, EXPORTED),
    live: { spec: { clusterIP: '10.0.0.2' } },
    patched: ['/spec/clusterIP'],
    left: [],
    told: 'metadata.uid, metadata.resourceVersion, metadata.creationTimestamp',
  },
  {
    title: 'the volume of an exported claim, and what the binder notes',
    declared: object(
      'v1',
      'PersistentVolumeClaim',
      { spec: { volumeName: 'one' }, status: { phase: 'Bound' } },
      { uid: 'f2a1', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
    ),
    live: { spec: { volumeName: 'two' }, metadata: { annotations: {} } },
    left: ['/metadata/annotations/pv.kubernetes.io~1bind-completed', '/spec/volumeName'],
    told: 'metadata.uid, status, metadata.annotations["pv.kubernetes.io/bind-completed"]',
  },
  {
    title: 'the claim of a volume, up to what the binder fills in',
    declared: object('v1', 'PersistentVolume', { spec: { claimRef: { name: 'a', uid: 'old' } } }),
    live: { spec: { claimRef: { name: 'a', uid: 'new', resourceVersion: '8' } } },
    left: ['/spec/claimRef/uid'],
    told: 'spec.claimRef.uid',
  },
  {
    title: 'the secrets of an exported ServiceAccount',
    declared: object('v1', 'ServiceAccount', { secrets: [{ name: 'token-a' }] }, { uid: 'f2a1' }),
    live: { secrets: [{ name: 'token-b' }] },
    left: ['/secrets'],
    told: 'metadata.uid, secrets',
  },
  {
    title: 'the token of a ServiceAccount',
    declared: object('v1', 'Secret', {
      type: 'kubernetes.io/service-account-token',
      data: { token: 'b2xk', extra: 'YQ==' },
    }),
    live: { data: { token: 'bmV3', extra: 'Yg==' } },
    patched: ['/data/extra'],
    left: ['/data/token'],
    told: 'data.token',
  },
  {
    title: 'the certificate of an exported webhook',
    declared: object(
      'admissionregistration.k8s.io/v1',
      'ValidatingWebhookConfiguration',
      { webhooks: { a: { clientConfig: { caBundle: 'b2xk' } } } },
      { uid: 'f2a1' },
    ),
    live: { webhooks: { a: { clientConfig: { caBundle: 'bmV3' } } } },
    left: ['/webhooks/a/clientConfig/caBundle'],
    told: 'metadata.uid',
  },
  {
    title: 'the finalizers and the label of a Namespace',
    declared: object(
      'v1',
      'Namespace',
      { spec: { finalizers: [] } },
      { labels: { 'kubernetes.io/metadata.name': 'other' } },
    ),
    live: {
      spec: { finalizers: ['kubernetes'] },
      metadata: { labels: { 'kubernetes.io/metadata.name': 'web' } },
    },
    left: ['/metadata/labels/kubernetes.io~1metadata.name', '/spec/finalizers'],
    told: 'metadata.labels["kubernetes.io/metadata.name"]',
  },
  {
    title: 'the owners that an export names',
    declared: object('v1', 'ConfigMap', {}, { uid: 'f2a1', ownerReferences: [{ uid: 'gone', name: 'a' }] }),
    live: {},
    left: ['/metadata/ownerReferences'],
    told: 'metadata.uid, metadata.ownerReferences',
  },
]

for (const { title, declared, live, patched = [], left, told } of cases)
  test(`${title}: Git and the cluster agree on whose it is`, (t) => {
    const found = plan(declared, changed(declared, live))
    t.deepEqual(pathsOf(found), patched)
    t.deepEqual('left' in found ? (found.left ?? []).map(({ pointer }) => pointer) : [], left)
    const notices = ignoredNotices([readOf(declared)]).map(({ message }) => message)
    const [notice] = notices
    t.is(notice?.split(' web: ').at(-1), told)
  })

test('an object is created without what its controller decides', (t) => {
  const job = object(
    'batch/v1',
    'Job',
    {
      spec: {
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'old' } },
        template: { metadata: { labels: { 'controller-uid': 'old', app: 'web' } }, spec: {} },
      },
    },
    { uid: 'f2a1', labels: { 'job-name': 'web' } },
  )
  const created = plan(job, undefined)
  if (created.action !== 'create') return t.fail()
  const { spec, metadata } = JSON.parse(JSON.stringify(created.desired))
  t.deepEqual(spec, { template: { metadata: { labels: { app: 'web' } }, spec: {} } })
  t.false('job-name' in metadata.labels)
  t.false('uid' in metadata)
})

test('a selector that a Job makes for itself is sent', (t) => {
  const spec = {
    manualSelector: true,
    selector: { matchLabels: { 'controller-uid': 'mine' } },
    template: { metadata: { labels: { 'controller-uid': 'mine' } } },
  }
  const created = plan(object('batch/v1', 'Job', { spec }), undefined)
  t.deepEqual(created.action === 'create' && created.desired.spec, spec)
})

test('a restored claim is created for the volume that it names', (t) => {
  const spec = { volumeName: 'one' }
  const created = plan(object('v1', 'PersistentVolumeClaim', { spec }, EXPORTED), undefined)
  t.deepEqual(created.action === 'create' && created.desired.spec, spec)
})

test('a certificate in Git counts when Git changes it', (t) => {
  const webhook = (caBundle: string) =>
    object(
      'apiregistration.k8s.io/v1',
      'APIService',
      { spec: { caBundle, groupPriorityMinimum: 1 } },
      { uid: 'f2a1' },
    )
  const live = changed(webhook('b25l'), { spec: { caBundle: 'dHdv', groupPriorityMinimum: 1 } })
  const found = plan(webhook('dGhyZWU='), live, webhook('b25l'))
  t.true(pathsOf(found).includes('/spec/caBundle'))
})

function plan(declared: KubernetesObject, live: LiveObject | undefined, base?: KubernetesObject): ObjectPlan {
  const resolved = readOf(declared)
  const { fields, once } = controlledFields()(resolved)
  const leave: Leave = { ...leaveNothing, ignored: fields, once }
  return planObject({ resolved, owner, live, schema: undefined, leave, base })
}

/** The object as it is read from a file. */
function readOf(manifest: KubernetesObject): ResolvedObject {
  const checked = checkObject(manifest as JsonObject, '')
  if ('defects' in checked) throw new Error(JSON.stringify(checked.defects))
  return { ...resolvedOf(checked.object), ...checked }
}

function pathsOf(plan: ObjectPlan): readonly string[] {
  return plan.action === 'patch' ? plan.patch.slice(2).map(({ path }) => path) : []
}

/** The object as it was applied, and then changed. */
function changed(declared: KubernetesObject, changes: Case['live']): LiveObject {
  const {
    metadata: { ownerReferences: _, ...metadata },
    ...live
  } = appliedLive(readOf(declared).object)
  const { metadata: other, ...rest } = changes
  const { annotations = {}, labels = {} } = (other ?? {}) as Record<string, JsonObject>
  return {
    ...live,
    ...rest,
    metadata: {
      ...metadata,
      ...(other !== undefined && {
        annotations: { ...withoutDeclared(metadata.annotations), ...annotations },
        labels: { ...withoutDeclared(metadata.labels), ...labels },
      }),
    },
  } as LiveObject
}

/** Only Reeve's own. */
function withoutDeclared(entries: Readonly<Record<string, string>> = {}): JsonObject {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => name.startsWith('reeve.dev/')))
}
