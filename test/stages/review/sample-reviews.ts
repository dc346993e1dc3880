import type { JsonObject } from '../../../src/model/json.ts'
import type { KubernetesObject } from '../../../src/model/object.ts'
import type { FieldChange } from '../../../src/stages/plan/describe/changes.ts'
import { foldPlans } from '../../../src/stages/plan/describe/fold-plans.ts'
import type { InstallationDocument, ObjectDocument } from '../../../src/stages/plan/describe/plan-document.ts'
import type { ClusterReview, ReviewedInstallation } from '../../../src/stages/review/cluster-review.ts'

const NONE = { create: 0, change: 0, delete: 0, blocked: 0, unchanged: 0 }
export const HEAD = '4f2a91c07be35d8e6f10a2b3c4d5e6f708192a3b'
export const TARGET = '9c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f6071829'

export function installation(name: string, objects: readonly ObjectDocument[]): InstallationDocument {
  return { name, commit: HEAD, summary: NONE, objects }
}

export function patched(
  type: string,
  namespace: string,
  name: string,
  changes: readonly FieldChange[],
): ObjectDocument {
  const [group = '', kind = ''] = type.split('/')
  return { action: 'patch', group, kind, namespace, name, file: `${namespace}/app.yaml`, line: 3, changes }
}

export function created(
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
  rest: JsonObject,
): ObjectDocument {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  const object = { apiVersion, kind, metadata: { name, namespace }, ...rest } as KubernetesObject
  return { action: 'create', group, kind, namespace, name, version: 'v1', object }
}

export function review(rest: Partial<ClusterReview> = {}): ClusterReview {
  return {
    cluster: 'eu-prod',
    commits: { head: HEAD, target: TARGET },
    plannedAt: '2026-11-30T09:15:27Z',
    installations: 3,
    acted: [],
    changes: [],
    pending: [],
    fears: [],
    images: [],
    onlyLabels: 0,
    faults: [],
    conflicts: [],
    dryRun: { shown: 'all' },
    warnings: [],
    digest: 'kq3f0Zs1rT8wYb2N',
    ...rest,
  }
}

const IMAGE = 'registry.example.com/chat/server'

function release(name: string): readonly ObjectDocument[] {
  const script = (rest: string) => `#!/bin/sh\nset -eu\nuntil nc -z db 5432; do sleep 1; done\n${rest}`
  return [
    patched('apps/Deployment', name, 'chat', [
      {
        path: 'spec.template.spec.containers[name=chat].image',
        before: `${IMAGE}:9.4.1`,
        after: `${IMAGE}:9.5.0`,
      },
      { path: 'spec.template.spec.containers[name=chat].env[name=LOG_FORMAT].value', after: 'json' },
    ]),
    patched('/ConfigMap', name, 'chat-scripts', [
      {
        path: 'data["start.sh"]',
        before: script('exec chat --port 8065\n'),
        after: script('chat migrate --yes\nexec chat --port 8065 --metrics\n'),
      },
    ]),
    patched('/Secret', name, 'chat-database', [
      { path: 'data.password', before: '(secret)', after: '(secret)' },
    ]),
  ]
}

function fresh(name: string): readonly ObjectDocument[] {
  return [
    created('v1', 'Namespace', '', name, {}),
    created('apps/v1', 'Deployment', name, 'chat', {
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'chat' } },
        template: {
          metadata: { labels: { app: 'chat' } },
          spec: { containers: [{ name: 'chat', image: `${IMAGE}:9.5.0`, ports: [{ containerPort: 8065 }] }] },
        },
      },
    }),
    created('v1', 'Service', name, 'chat', { spec: { selector: { app: 'chat' }, ports: [{ port: 80 }] } }),
  ]
}

function gone(name: string): readonly ObjectDocument[] {
  const of = (group: string, kind: string, object: string): ObjectDocument => ({
    action: 'delete',
    group,
    kind,
    ...(kind !== 'Namespace' && { namespace: name }),
    name: object,
  })
  return [
    of('apps', 'Deployment', 'chat'),
    of('', 'PersistentVolumeClaim', 'chat-data'),
    of('', 'Namespace', name),
  ]
}

const act = (
  names: readonly string[],
  effect: ReviewedInstallation['effect'],
): readonly ReviewedInstallation[] => names.map((name) => ({ name, effect, digest: 'd' }))

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`)

/** A new version for 198 installations in two clusters; three change otherwise, twelve are new, one goes. */
export function realisticReviews(): readonly ClusterReview[] {
  const [eu, us, fresh12] = [numbered('team', 120), numbered('team', 78), numbered('school', 12)]
  const others = ['initech', 'umbrella']
  const scaled = patched('apps/Deployment', 'hooli', 'chat', [{ path: 'spec.replicas', before: 3, after: 0 }])
  const replicas = (name: string, after: number) =>
    patched('apps/Deployment', name, 'chat', [{ path: 'spec.replicas', before: 2, after }])
  const euPlans = [
    ...eu.map((name) => installation(name, release(name))),
    ...others.map((name, index) => installation(name, [...release(name), replicas(name, 4 + index)])),
    ...fresh12.map((name) => installation(name, fresh(name))),
    installation('old-campus', gone('old-campus')),
  ]
  const usPlans = [...us.map((name) => installation(name, release(name))), installation('hooli', [scaled])]
  const drift = installation('team-007', [
    patched('apps/Deployment', 'team-007', 'chat', [{ path: 'spec.replicas', before: 5, after: 2 }]),
  ])
  return [
    review({
      cluster: 'eu-prod',
      installations: 640,
      acted: [
        ...act([...eu, ...others], 'changed'),
        ...act(fresh12, 'created'),
        ...act(['old-campus'], 'deleted'),
      ],
      changes: foldPlans(euPlans),
      pending: foldPlans([drift]),
      fears: [
        {
          kind: 'data-deleted',
          object: 'PersistentVolumeClaim old-campus/chat-data',
          details: 'deleted, and its data with it, unless its volume is retained',
          installations: ['old-campus'],
        },
        {
          kind: 'data-deleted',
          object: 'Namespace old-campus',
          details: 'deleted, with everything in it',
          installations: ['old-campus'],
        },
      ],
      images: [
        { image: IMAGE, before: '9.4.1', after: '9.5.0', installations: [...eu, ...others] },
        { image: IMAGE, after: '9.5.0', installations: fresh12 },
        { image: IMAGE, before: '9.4.1', installations: ['old-campus'] },
      ],
      onlyLabels: 366,
    }),
    review({
      cluster: 'us-prod',
      installations: 379,
      acted: [...act(us, 'changed'), ...act(['hooli'], 'changed')],
      changes: foldPlans(usPlans),
      fears: [
        {
          kind: 'stopped',
          object: 'Deployment.apps hooli/chat',
          details: 'replicas 3 → 0',
          installations: ['hooli'],
        },
      ],
      images: [{ image: IMAGE, before: '9.4.1', after: '9.5.0', installations: us }],
      onlyLabels: 234,
      digest: 'Zt7Lm4aQ9xVc0PwE',
      plannedAt: '2026-11-30T09:15:29Z',
    }),
  ]
}
