import test from 'ava'
import type { JsonObject } from '../../../src/model/json.ts'
import { Secrets } from '../../../src/model/secrets.ts'
import { fearsOf } from '../../../src/stages/review/fears/fears.ts'
import { massDeletion } from '../../../src/stages/review/fears/mass-deletion.ts'
import { sharedFears } from '../../../src/stages/review/fears/shared-fears.ts'
import type { ObjectChange } from '../../../src/stages/review/object-change.ts'
import { change, object } from './changes.ts'

const told = (of: ObjectChange) => fearsOf(of).map(({ kind, details }) => `${kind}: ${details}`)

const gone = (type: string, rest: JsonObject = {}) => told(change(object(type, 'x', rest), undefined))

const spec = (type: string, before: JsonObject, after: JsonObject, options = {}) =>
  told(change(object(type, 'x', { spec: before }), object(type, 'x', { spec: after }), options))

const pods = (containers: readonly JsonObject[], rest: JsonObject = {}): JsonObject => ({
  template: { spec: { ...rest, containers } },
})

const image = (reference: string) => pods([{ name: 'app', image: reference }])

const images = (before: string, after: string) => spec('apps/v1 Deployment', image(before), image(after))

const top = (type: string, before: JsonObject, after: JsonObject) =>
  told(change(object(type, 'x', before), object(type, 'x', after)))

const CRD = 'apiextensions.k8s.io/v1 CustomResourceDefinition'
const ROLE = 'rbac.authorization.k8s.io/v1 ClusterRole'
const BINDING = 'rbac.authorization.k8s.io/v1 RoleBinding'

const rule = (groups: string, resources: string, verbs: string, names?: string): JsonObject => ({
  apiGroups: groups.split(','),
  resources: resources.split(','),
  verbs: verbs.split(','),
  ...(names !== undefined && { resourceNames: names.split(',') }),
})

const roles = (before: readonly JsonObject[], after: readonly JsonObject[]) =>
  top(ROLE, { rules: before }, { rules: after })

const binding = (role: string, ...subjects: readonly string[]): JsonObject => ({
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: subjects.map((text) => {
    const [kind = '', namespace = '', name = ''] = text.split('/')
    return { kind, name, ...(namespace !== '' && { namespace }) }
  }),
})

test('deleting what holds data is told with what goes with it', (t) => {
  for (const type of [
    'v1 PersistentVolumeClaim',
    'v1 PersistentVolume',
    'v1 Namespace',
    CRD,
    'snapshot.storage.k8s.io/v1 VolumeSnapshot',
    'postgresql.cnpg.io/v1 Cluster',
    'acid.zalan.do/v1 postgresql',
    'mongodbcommunity.mongodb.com/v1 MongoDBCommunity',
    'kafka.strimzi.io/v1beta2 KafkaTopic',
    'elasticsearch.k8s.elastic.co/v1 Elasticsearch',
    'objectbucket.io/v1alpha1 ObjectBucketClaim',
  ]) {
    const [first = '', ...others] = gone(type)
    t.true(first.startsWith('data-deleted: deleted, '), `${type}: ${first}`)
    t.deepEqual(others, [], type)
  }
  t.deepEqual(gone('v1 Namespace'), ['data-deleted: deleted, with everything in it'])
})

test('deleting what holds no data is no fear', (t) => {
  for (const type of [
    'v1 Secret',
    'v1 ConfigMap',
    'v1 Service',
    'apps/v1 Deployment',
    'apps/v1 StatefulSet',
    'postgresql.cnpg.io/v1 Pooler',
    'postgresql.cnpg.io/v1 ScheduledBackup',
    'kafka.strimzi.io/v1beta2 KafkaUser',
    'monitoring.coreos.com/v1 ServiceMonitor',
    'reeve.dev/v1alpha1 Installation',
  ])
    t.deepEqual(gone(type), [], type)
})

test('data that Reeve does not delete, or that another object still declares, is no fear', (t) => {
  const claim = object('v1 PersistentVolumeClaim', 'x')
  t.deepEqual(told(change(claim, undefined, { stays: true })), [])
  t.deepEqual(told(change(undefined, claim)), [])
  t.deepEqual(told(change(claim, claim)), [])
})

test('a claim that is deleted and created again loses its data', (t) => {
  const claim = object('v1 PersistentVolumeClaim', 'x')
  t.deepEqual(
    told(change(claim, claim, { isReplacement: true })).map((text) => text.split(':')[0]),
    ['data-deleted', 'replaced'],
  )
})

test('a StatefulSet that deletes its claims, with itself or when it is scaled, loses data', (t) => {
  const policy = (rest: JsonObject) => ({ persistentVolumeClaimRetentionPolicy: rest })
  t.regex(
    gone('apps/v1 StatefulSet', { spec: policy({ whenDeleted: 'Delete' }) })[0] ?? '',
    /^data-deleted: .*claims/,
  )
  t.deepEqual(gone('apps/v1 StatefulSet', { spec: policy({ whenDeleted: 'Retain' }) }), [])
  const scaled = (when: string, to: number) =>
    spec('apps/v1 StatefulSet', { replicas: 3 }, { replicas: to, ...policy({ whenScaled: when }) })
  t.regex(scaled('Delete', 1)[0] ?? '', /^data-deleted: replicas 3 → 1/)
  t.deepEqual(scaled('Delete', 4), [])
  t.deepEqual(scaled('Retain', 1), [])
})

test('versions of a definition that are removed, no longer served or no longer stored are told', (t) => {
  const versions = (...all: readonly string[]): JsonObject => ({
    versions: all.map((text) => {
      const [name = '', ...flags] = text.split(' ')
      return { name, served: flags.includes('served'), storage: flags.includes('storage') }
    }),
  })
  const from = versions('v1alpha1 served', 'v1beta1 served storage', 'v1 served')
  t.deepEqual(spec(CRD, from, versions('v1beta1', 'v1 served storage')), [
    'definition-version-removed: removed: v1alpha1',
    'definition-version-removed: no longer served: v1beta1',
    'definition-version-removed: no longer stored: v1beta1',
  ])
  t.deepEqual(
    spec(CRD, from, versions('v1alpha1 served', 'v1beta1 served storage', 'v1 served', 'v2 served')),
    [],
  )
})

test('an object that is replaced, or whose immutable field changes, is told with the field', (t) => {
  const selector = (app: string) => ({ selector: { matchLabels: { app } } })
  const type = 'apps/v1 Deployment'
  t.deepEqual(spec(type, selector('a'), selector('b')), [
    'replaced: spec.selector cannot be changed without deleting it',
  ])
  t.deepEqual(spec(type, selector('a'), selector('b'), { isReplacement: true }), [
    'replaced: deleted with everything that it owns or holds, and created again: spec.selector cannot be changed',
  ])
  t.deepEqual(spec(type, selector('a'), selector('a')), [])
})

test('a Job that runs once in each release is replaced without fear', (t) => {
  const job = object('batch/v1 Job', 'x', { metadata: { annotations: { 'reeve.dev/release': 'a' } } })
  t.deepEqual(told(change(job, job, { isReplacement: true })), [])
})

test('what is scaled to nothing or suspended is told', (t) => {
  const cases: readonly (readonly [string, JsonObject, JsonObject, readonly string[]])[] = [
    ['apps/v1 Deployment', { replicas: 3 }, { replicas: 0 }, ['stopped: replicas 3 → 0']],
    ['apps/v1 Deployment', {}, { replicas: 0 }, ['stopped: replicas → 0']],
    ['apps/v1 Deployment', { replicas: 0 }, { replicas: 0, paused: true }, []],
    ['apps/v1 Deployment', { replicas: 3 }, { replicas: 1 }, []],
    ['apps/v1 Deployment', { replicas: 3 }, {}, []],
    ['example.com/v1 App', { replicas: 2 }, { replicas: 0 }, ['stopped: replicas 2 → 0']],
    ['example.com/v1 App', {}, { replicas: 0 }, []],
    ['postgresql.cnpg.io/v1 Cluster', { instances: 3 }, { instances: 0 }, ['stopped: instances 3 → 0']],
    ['batch/v1 CronJob', { suspend: false }, { suspend: true }, ['stopped: spec.suspend is set']],
    ['batch/v1 CronJob', { suspend: true }, { suspend: true }, []],
    ['batch/v1 CronJob', { suspend: true }, {}, []],
    [
      'keda.sh/v1alpha1 ScaledObject',
      { maxReplicaCount: 9 },
      { maxReplicaCount: 0 },
      ['stopped: maxReplicaCount 9 → 0'],
    ],
    ['autoscaling/v2 HorizontalPodAutoscaler', { maxReplicas: 9 }, { maxReplicas: 3 }, []],
  ]
  for (const [type, before, after, expected] of cases)
    t.deepEqual(spec(type, before, after), expected, JSON.stringify([type, before, after]))
})

test('a role that grows is told by the verbs and kinds that it gains', (t) => {
  const cases: readonly (readonly [readonly JsonObject[], readonly JsonObject[], readonly string[]])[] = [
    [[rule('', 'pods', 'get')], [rule('', 'pods', 'get,delete')], ['may now delete pods']],
    [
      [rule('', 'pods', 'get')],
      [rule('apps', 'deployments', 'get'), rule('', 'pods', 'get')],
      ['may now get deployments.apps'],
    ],
    [[rule('', 'pods', '*')], [rule('', 'pods', 'get,delete')], []],
    [[rule('', '*', 'get')], [rule('', 'pods,pods/log', 'get')], []],
    [[rule('', '*/log', 'get')], [rule('', 'pods/log', 'get')], []],
    [[rule('', 'pods', 'get'), rule('', 'pods', 'list')], [rule('', 'pods', 'get,list')], []],
    [[rule('', 'pods', 'get')], [rule('*', '*', '*')], ['may now do anything with everything']],
    [[rule('', 'secrets', 'get', 'one')], [rule('', 'secrets', 'get')], ['may now get secrets']],
    [[rule('', 'secrets', 'get')], [rule('', 'secrets', 'get', 'one')], []],
    [
      [rule('', 'secrets', 'get', 'one')],
      [rule('', 'secrets', 'get', 'one,two')],
      ['may now get secrets named one, two'],
    ],
    [[rule('', 'pods', 'get,list')], [rule('', 'pods', 'get')], []],
    [[], [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }], ['may now get /metrics']],
    [
      [{ nonResourceURLs: ['/api/*'], verbs: ['get'] }],
      [{ nonResourceURLs: ['/api/x'], verbs: ['get'] }],
      [],
    ],
  ]
  for (const [before, after, expected] of cases)
    t.deepEqual(
      roles(before, after),
      expected.map((text) => `rights-widened: ${text}`),
      JSON.stringify(after),
    )
})

test('a new role is told only where it is always too much', (t) => {
  const fresh = (...rules: readonly JsonObject[]) => told(change(undefined, object(ROLE, 'x', { rules })))
  t.deepEqual(fresh(rule('', 'pods', 'get,delete')), [])
  t.deepEqual(fresh(rule('*', '*', '*')), ['rights-widened: may do anything with everything'])
  t.deepEqual(fresh(rule('', 'users', 'impersonate')), ['rights-widened: may impersonate users'])
})

test('a role that becomes part of others is told', (t) => {
  const labels = { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' }
  t.deepEqual(top(ROLE, {}, { metadata: { labels } }), ['rights-widened: its rules become part of edit'])
  t.deepEqual(top(ROLE, { metadata: { labels } }, { metadata: { labels } }), [])
})

test('roles of too many rules are told without a comparison, and at once', (t) => {
  const many = (count: number) =>
    rule('a,b,c,d', Array.from({ length: count }, (_, n) => `r${n}`).join(), 'get,list')
  const rules = Array.from({ length: 300 }, () => many(2_000))
  const began = performance.now()
  t.deepEqual(roles(rules, [...rules, rule('', 'pods', 'get')]), [
    'rights-widened: its rules change, and are too many to compare',
  ])
  t.true(performance.now() - began < 5_000)
})

test('a binding with more subjects or another role is told', (t) => {
  const [one, two] = ['ServiceAccount/eu/one', 'Group//ops']
  t.deepEqual(top(BINDING, binding('view', one), binding('view', one, two)), [
    'rights-widened: also binds Group ops to ClusterRole view',
  ])
  t.deepEqual(top(BINDING, binding('view', one, two), binding('view', one)), [])
  t.true(
    top(BINDING, binding('view', one), binding('edit', one)).includes(
      'rights-widened: binds to ClusterRole edit instead of ClusterRole view',
    ),
  )
})

test('a new binding is told where it reaches beyond the accounts of its own namespace', (t) => {
  const fresh = (type: string, rest: JsonObject) => told(change(undefined, object(type, 'x', rest)))
  const own = 'ServiceAccount/eu/one'
  t.deepEqual(fresh(BINDING, binding('edit', own)), [])
  t.deepEqual(fresh(BINDING, binding('cluster-admin', own)), [
    'rights-widened: binds ServiceAccount eu/one to ClusterRole cluster-admin',
  ])
  t.is(fresh(BINDING, binding('view', 'ServiceAccount/other/one')).length, 1)
  t.is(fresh(BINDING, binding('view', 'Group//system:authenticated')).length, 1)
  t.is(fresh('rbac.authorization.k8s.io/v1 ClusterRoleBinding', binding('view', own)).length, 1)
})

test('Pods that get rights on the node, or lose a bound, are told', (t) => {
  const container = (securityContext: JsonObject): JsonObject => ({ name: 'app', securityContext })
  const cases: readonly (readonly [JsonObject, JsonObject, readonly string[]])[] = [
    [pods([]), pods([], { hostNetwork: true }), ['hostNetwork']],
    [pods([], { hostPID: true }), pods([], { hostPID: true }), []],
    [pods([], { hostIPC: true }), pods([]), []],
    [pods([container({})]), pods([container({ privileged: true })]), ['container app: privileged']],
    [
      pods([container({})]),
      pods([container({ capabilities: { add: ['SYS_ADMIN'] } })]),
      ['container app: capability SYS_ADMIN'],
    ],
    [
      pods([]),
      pods([], { volumes: [{ name: 'x', hostPath: { path: '/var/run' } }] }),
      ['mounts /var/run of the node'],
    ],
    [
      pods([container({ runAsNonRoot: true, allowPrivilegeEscalation: false })]),
      pods([container({ runAsNonRoot: true })]),
      ['container app: allowPrivilegeEscalation: false no longer holds'],
    ],
    [pods([container({ runAsNonRoot: true })]), pods([]), []],
    [
      pods([], { automountServiceAccountToken: false }),
      pods([]),
      ['automountServiceAccountToken: false no longer holds'],
    ],
  ]
  for (const [before, after, expected] of cases)
    t.deepEqual(
      spec('apps/v1 DaemonSet', before, after),
      expected.map((text) => `rights-widened: ${text}`),
    )
})

test('accounts that mount their token again and namespaces that take more Pods are told', (t) => {
  const token = (value: boolean) => ({ automountServiceAccountToken: value })
  t.is(top('v1 ServiceAccount', token(false), token(true)).length, 1)
  t.is(top('v1 ServiceAccount', token(false), {}).length, 1)
  t.deepEqual(top('v1 ServiceAccount', {}, token(true)), [])
  const level = (value: string) => ({ metadata: { labels: { 'pod-security.kubernetes.io/enforce': value } } })
  t.deepEqual(top('v1 Namespace', level('restricted'), level('privileged')), [
    'rights-widened: Pod security restricted → privileged',
  ])
  t.is(top('v1 Namespace', level('baseline'), {}).length, 1)
  t.deepEqual(top('v1 Namespace', level('baseline'), level('restricted')), [])
})

test('images that go back are told', (t) => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['nginx:1.29', 'nginx:1.28', true],
    ['nginx:1.28', 'nginx:1.29', false],
    ['nginx:v1.10.0', 'nginx:v1.9.9', true],
    ['nginx:v1.10.0', 'nginx:1.9.9', true],
    ['nginx:1.29.1-alpine', 'nginx:1.28.3-alpine', true],
    ['nginx:1.29-alpine', 'nginx:1.29', false],
    ['nginx:1.29-alpine3.20', 'nginx:1.29-alpine3.19', true],
    ['app:1.2.0', 'app:1.2.0-rc.1', true],
    ['app:1.2.0-rc.2', 'app:1.2.0-rc.10', false],
    ['app:1.2.0-rc.10', 'app:1.2.0-rc.2', true],
    ['app:1.2.0-rc.1', 'app:1.2.0', false],
    ['app:2026.11.2', 'app:2026.10.30', true],
    ['app:1.2.3.4', 'app:1.2.3.3', true],
    ['app:main', 'app:develop', false],
    ['app:3f2a1b0', 'app:1a2b3c4', false],
    ['localhost:5000/team/app:2', 'localhost:5000/team/app:1', true],
    ['docker.io/library/nginx:1.29', 'mirror.example.com/nginx:1.28', true],
    ['nginx:1.29', 'httpd:1.28', false],
    [`app:2@sha256:${'a'.repeat(64)}`, `app:2@sha256:${'b'.repeat(64)}`, false],
    [`app@sha256:${'b'.repeat(64)}`, `app@sha256:${'a'.repeat(64)}`, false],
  ]
  for (const [before, after, isFeared] of cases)
    t.is(
      images(before, after).some((text) => text.startsWith('downgrade:')),
      isFeared,
      `${before} → ${after}`,
    )
  t.deepEqual(images('a.example:5000/x/app:2', 'a.example:5000/x/app:1'), [
    'downgrade: a.example:5000/x/app 2 → 1',
  ])
})

test('versions of custom resources and charts that go back are told, a chart once for all of its objects', (t) => {
  t.deepEqual(spec('example.com/v1 App', { version: '9.10' }, { version: '9.9' }), [
    'downgrade: version 9.10 → 9.9',
  ])
  t.deepEqual(spec('example.com/v1 App', { version: 9.2 }, { version: 9.1 }), [
    'downgrade: version 9.2 → 9.1',
  ])
  t.deepEqual(
    spec(
      'installation.mattermost.com/v1beta1 Mattermost',
      { image: 'mm/app', version: '9.5.1' },
      { image: 'mm/app', version: '9.4' },
    ),
    ['downgrade: mm/app 9.5.1 → 9.4'],
  )
  const chart = (label: string) => ({ metadata: { labels: { 'helm.sh/chart': label } } })
  const [fear] = fearsOf(
    change(
      object('v1 Service', 'x', chart('my-app-2.0.0')),
      object('v1 Service', 'x', chart('my-app-1.9.3')),
    ),
  )
  t.deepEqual(fear, { kind: 'downgrade', details: 'chart my-app 2.0.0 → 1.9.3' })
})

test('an image without a tag is told where the change brings it', (t) => {
  t.deepEqual(images('nginx:1.29', 'nginx'), ['image-without-tag: container app: nginx has no tag'])
  t.deepEqual(images('nginx:1.29', 'nginx:latest'), ['image-without-tag: container app: nginx is at latest'])
  t.deepEqual(images('nginx', 'nginx:latest'), [])
  t.deepEqual(images('nginx', 'nginx:1.29'), [])
  t.deepEqual(images('httpd', 'nginx').length, 1)
  t.deepEqual(images('nginx', `nginx@sha256:${'a'.repeat(64)}`), [])
  const job = { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'app', image: 'x' }] } } } } }
  t.is(told(change(undefined, object('batch/v1 CronJob', 'x', { spec: job }))).length, 1)
})

test('nothing of a secret is told, only that it changes', (t) => {
  const secret = {
    places: [
      ['spec', 'replicas'],
      ['spec', 'version'],
    ],
    secrets: new Secrets(['registry.internal/hush:2']),
  }
  const about = (before: JsonObject, after: JsonObject) =>
    spec('apps/v1 Deployment', before, after, { sensitive: secret })
  t.deepEqual(about({ replicas: 3 }, { replicas: 0 }), ['stopped: changes in what is secret'])
  t.deepEqual(about({ replicas: 3 }, { replicas: 2 }), ['stopped: changes in what is secret'])
  t.deepEqual(about({ version: '2' }, { version: '1' }), ['downgrade: changes in what is secret'])
  t.deepEqual(
    about(image('registry.internal/hush:2'), image('registry.internal/hush:1')).join().includes('hush:2'),
    false,
  )
  t.deepEqual(about({ replicas: 3, x: 1 }, { replicas: 3, x: 2 }), [])
})

test('a secret that stays as it is hides no fear beside it', (t) => {
  const secret = {
    places: [['spec', 'template', 'spec', 'containers', { element: 'other' }, 'image']],
    secrets: undefined,
  }
  const two = (reference: string) =>
    pods([
      { name: 'app', image: reference },
      { name: 'other', image: 'hush:1' },
    ])
  t.deepEqual(spec('apps/v1 Deployment', two('app:2'), two('app:1'), { sensitive: secret }), [
    'downgrade: app 2 → 1',
  ])
})

test('details are bounded in number and length, and on one line', (t) => {
  const many = Array.from({ length: 500 }, (_, n) => ({ name: `c${n}`, image: `x${'y'.repeat(600)}` }))
  const fears = fearsOf(change(undefined, object('v1 Pod', 'x', { spec: { containers: many } })))
  t.is(fears.length, 21)
  t.true(fears.every(({ details }) => details.length <= 300))
  const [fear] = fearsOf(change(undefined, object(BINDING, 'x', binding('a\nb\u202e', 'User//x\u0000y'))))
  t.notRegex(fear?.details ?? '', /[\p{Cc}\u202e]/u)
})

test('details are cut between characters', (t) => {
  for (const before of ['', 'x']) {
    const role = { kind: 'ClusterRole', name: `${before}${'😀'.repeat(400)}` }
    const [fear] = fearsOf(
      change(undefined, object(BINDING, 'x', { ...binding('a', 'User/eve'), roleRef: role })),
    )
    t.true(fear?.details.isWellFormed(), fear?.details)
    t.true((fear?.details.length ?? 0) >= 299)
  }
})

test('equal fears are told once for all installations, whatever the namespace, the worst first', (t) => {
  const of = (
    installation: string,
    namespace: string,
    type: string,
    before: JsonObject,
    after?: JsonObject,
  ) => {
    const at = (spec: JsonObject) => object(type, 'x', { spec, metadata: { namespace } })
    const one = change(at(before), after && at(after))
    return { installation, key: one.plan.key, fears: fearsOf(one) }
  }
  const fears = sharedFears([
    of('beta', 'b', 'apps/v1 Deployment', { replicas: 1 }, { replicas: 0 }),
    of('acme', 'a', 'apps/v1 Deployment', { replicas: 1 }, { replicas: 0 }),
    of('acme', 'a', 'v1 PersistentVolumeClaim', {}),
  ])
  t.deepEqual(
    fears.map(({ kind, installations }) => [kind, installations.join()]),
    [
      ['data-deleted', 'acme'],
      ['stopped', 'acme,beta'],
    ],
  )
})

test('many deletions at once are a fear of their own', (t) => {
  const fears = (gone: number, of: number, objects = 0, ofObjects = 0) =>
    massDeletion({
      installations: Array.from({ length: gone }, (_, n) => `i${n}`),
      ofInstallations: of,
      objects,
      ofObjects,
    }).map(({ details }) => details)
  t.deepEqual(fears(1, 1), [])
  t.deepEqual(fears(2, 3), [])
  t.deepEqual(fears(3, 1_000), [])
  t.deepEqual(fears(3, 10), ['3 of 10 installations are deleted'])
  t.deepEqual(fears(10, 1_000), ['10 of 1,000 installations are deleted'])
  t.deepEqual(fears(0, 5, 40, 50), ['40 of 50 objects of installations that stay are deleted'])
})
