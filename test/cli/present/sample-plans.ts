import type { AdoptionReport } from '../../../src/control/adopt/report.ts'
import type { KubernetesObject, LiveObject } from '../../../src/model/object.ts'
import type { ObjectPlan, Plan } from '../../../src/model/plan.ts'
import { revisionAt } from '../../../src/model/revision.ts'

const COMMIT = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const origin = (file: string, line: number) => ({ file, line, document: 0, pointer: '' })

function owned(object: KubernetesObject, installation = 'acme'): KubernetesObject {
  const labels = {
    ...object.metadata.labels,
    'reeve.dev/repository': 'default',
    'reeve.dev/installation': installation,
  }
  const annotations = { ...object.metadata.annotations, 'reeve.dev/applied': `${COMMIT}.0f1e2d3c` }
  return { ...object, metadata: { ...object.metadata, labels, annotations } }
}

function live(object: KubernetesObject, installation = 'acme'): LiveObject {
  const own = owned(object, installation)
  return { ...own, metadata: { ...own.metadata, uid: 'u-1', resourceVersion: '17' } }
}

const deployment = (replicas: number, image: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'acme' },
  spec: { replicas, template: { spec: { containers: [{ name: 'nginx', image }] } } },
})

const configMap = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'acme' },
})

export const secret = (text: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'web', namespace: 'acme' },
  data: { 'session-key': Buffer.from(text).toString('base64') },
  stringData: { password: text },
})

const key = (group: string, kind: string, name: string) => ({ group, kind, namespace: 'acme', name })

const guard = [
  { op: 'test', path: '/metadata/uid', value: 'u-1' },
  { op: 'test', path: '/metadata/resourceVersion', value: '17' },
] as const

export const createService: ObjectPlan = {
  action: 'create',
  key: key('', 'Service', 'web'),
  origin: origin('acme/web.yaml', 70),
  desired: owned({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'acme' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
  }),
}

export const createSecret: ObjectPlan = {
  action: 'create',
  key: key('', 'Secret', 'web'),
  origin: origin('acme/web.yaml', 11),
  desired: owned(secret('hunter2')),
}

export const patchDeployment: ObjectPlan = {
  action: 'patch',
  key: key('apps', 'Deployment', 'web'),
  origin: origin('acme/web.yaml', 20),
  patch: [
    ...guard,
    { op: 'replace', path: '/spec/replicas', value: 3 },
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'nginx:1.29' },
  ],
  live: live(deployment(2, 'nginx:1.28')),
  desired: owned(deployment(3, 'nginx:1.29')),
}

export const patchSecret: ObjectPlan = {
  action: 'patch',
  key: key('', 'Secret', 'web'),
  patch: [...guard, { op: 'replace', path: '/data/session-key', value: 'aHVudGVyMw==' }],
  live: live(secret('hunter2')),
  desired: owned(secret('hunter3')),
}

export const handover: ObjectPlan = {
  action: 'patch',
  key: key('', 'ConfigMap', 'shared'),
  patch: [...guard, { op: 'replace', path: '/metadata/labels/reeve.dev~1installation', value: 'acme' }],
  live: live(configMap('shared'), 'platform'),
  desired: owned(configMap('shared')),
}

export const remove: ObjectPlan = {
  action: 'delete',
  key: key('', 'ConfigMap', 'old'),
  live: live(configMap('old')),
}

export const removeSecret: ObjectPlan = {
  action: 'delete',
  key: key('', 'Secret', 'web'),
  live: live(secret('hunter2')),
}

export const newDigest: ObjectPlan = {
  action: 'patch',
  key: key('', 'ConfigMap', 'same'),
  patch: [...guard, { op: 'replace', path: '/metadata/annotations/reeve.dev~1applied', value: 'c.d' }],
  live: live(configMap('same')),
  desired: owned(configMap('same')),
}

export const blocked: ObjectPlan = {
  action: 'blocked',
  key: key('', 'ConfigMap', 'theirs'),
  origin: origin('acme/theirs.yaml', 1),
  fault: {
    code: 'not-owned',
    message: 'the object exists and is not managed by Reeve',
    remedy:
      'have Reeve take it over (reeve adopt, or the annotation reeve.dev/adopt: "true" in Git), or rename it here',
  },
}

export const unchanged: ObjectPlan = {
  action: 'unchanged',
  key: key('', 'ConfigMap', 'same'),
  live: live(configMap('same')),
}

export const leftAlone: ObjectPlan = {
  action: 'unchanged',
  key: key('apps', 'Deployment', 'web'),
  origin: origin('acme/web.yaml', 20),
  live: live(deployment(7, 'nginx:1.28')),
  left: [
    {
      pointer: '/spec/replicas',
      declared: 3,
      live: 7,
      why: { reason: 'autoscaled', autoscaler: 'web' },
    },
    {
      pointer: '/spec/template/spec/containers/[name=nginx]/image',
      declared: 'nginx:1.29',
      live: 'nginx:1.28',
      why: { reason: 'ignored', rule: '/spec/template/spec/containers/*/image' },
    },
    {
      pointer: '/spec/paused',
      declared: undefined,
      live: true,
      why: { reason: 'owned', manager: 'operator' },
    },
    {
      pointer: '/metadata/annotations/example.com~1size',
      declared: 'big',
      live: undefined,
      why: { reason: 'settled' },
    },
  ],
}

export const explainedPatch: ObjectPlan = {
  ...patchDeployment,
  left: [
    {
      pointer: '/spec/replicas',
      declared: 3,
      live: 2,
      why: { reason: 'autoscaled', autoscaler: undefined },
    },
  ],
  base: { kind: 'commit', revision: revisionAt(COMMIT) },
}

export const leftSecret: ObjectPlan = {
  action: 'unchanged',
  key: key('', 'Secret', 'web'),
  live: live(secret('hunter2')),
  left: [
    {
      pointer: '/data/session-key',
      declared: 'aHVudGVyMw==',
      live: 'aHVudGVyMg==',
      why: { reason: 'ignored', rule: '/data/*' },
    },
    {
      pointer: '/data',
      declared: { 'session-key': 'aHVudGVyMw==' },
      live: { 'session-key': 'aHVudGVyMg==' },
      why: { reason: 'settled' },
    },
  ],
}

export function planOf(...objects: readonly ObjectPlan[]): Plan {
  return { installation: 'acme', revision: revisionAt(COMMIT), objects }
}

const release = { tool: 'helm', namespace: 'acme', name: 'web' } as const

/** The Deployment of a Helm release that is about to be taken over. */
const takenOver: ObjectPlan = {
  action: 'patch',
  key: key('apps', 'Deployment', 'web'),
  patch: [
    ...guard,
    { op: 'remove', path: '/metadata/annotations/meta.helm.sh~1release-name' },
    { op: 'remove', path: '/metadata/annotations/meta.helm.sh~1release-namespace' },
    { op: 'remove', path: '/metadata/labels/app.kubernetes.io~1managed-by' },
  ],
  live: {
    ...deployment(2, 'nginx:1.28'),
    metadata: {
      name: 'web',
      namespace: 'acme',
      uid: 'u-1',
      resourceVersion: '17',
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': 'acme' },
    },
  },
  desired: owned(deployment(2, 'nginx:1.28')),
}

export const adoption: AdoptionReport = {
  plan: planOf(takenOver),
  takes: 1,
  faults: [],
  notices: [],
  owners: [{ owner: release, revision: 7, objects: [key('apps', 'Deployment', 'web')] }],
  left: [{ owner: release, objects: [key('', 'ConfigMap', 'old')] }],
}
