import test from 'ava'
import type { FormerOwner } from '../../../../src/model/former-owner.ts'
import { describeOwner } from '../../../../src/model/former-owner.ts'
import type { KubernetesObject, ObjectMeta } from '../../../../src/model/object.ts'
import { forgetMarks } from '../../../../src/stages/plan/ownership/forget-marks.ts'
import { formerOwners } from '../../../../src/stages/plan/ownership/former-owners.ts'

const helm = {
  'meta.helm.sh/release-name': 'shop',
  'meta.helm.sh/release-namespace': 'acme',
}
const kustomization = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
}
const helmRelease = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'acme' }
const tracking = (id: string) => ({ 'argocd.argoproj.io/tracking-id': id })
const lastApplied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }
const instance = { 'app.kubernetes.io/instance': 'shop' }
const writtenBy = (manager: string) => [
  { manager, operation: 'Update', fieldsV1: { 'f:data': { 'f:a': {} } } },
]

interface Case {
  readonly title: string
  readonly live: Partial<ObjectMeta>
  readonly owners: readonly string[]
  /** Labels and annotations that go where Git declares none. */
  readonly marks: readonly string[]
}

const cases: readonly Case[] = [
  { title: 'nothing is on it', live: {}, owners: [], marks: [] },
  {
    title: 'a release of Helm',
    live: { annotations: helm, labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
    owners: ['Helm release acme/shop'],
    marks: [...Object.keys(helm), 'app.kubernetes.io/managed-by'],
  },
  {
    title: 'the label that charts set themselves says nothing alone',
    live: { labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
    owners: [],
    marks: [],
  },
  {
    title: 'a release that says it is managed by something else',
    live: { annotations: helm, labels: { 'app.kubernetes.io/managed-by': 'us' } },
    owners: ['Helm release acme/shop'],
    marks: Object.keys(helm),
  },
  {
    title: 'a Kustomization of Flux',
    live: { labels: kustomization },
    owners: ['Flux Kustomization flux-system/apps'],
    marks: Object.keys(kustomization),
  },
  {
    title: 'a HelmRelease of Flux, which works through Helm',
    live: { annotations: helm, labels: helmRelease },
    owners: ['Helm release acme/shop', 'Flux HelmRelease acme/shop'],
    marks: [...Object.keys(helm), ...Object.keys(helmRelease)],
  },
  {
    title: 'an Application of Argo CD by annotation',
    live: { annotations: { ...tracking('shop:/ConfigMap:acme/a'), ...lastApplied }, labels: instance },
    owners: ['Argo CD Application shop'],
    marks: [...Object.keys(tracking('')), ...Object.keys(lastApplied)],
  },
  {
    title: 'an Application in a namespace of its own',
    live: { annotations: tracking('teams_shop:/ConfigMap:acme/a') },
    owners: ['Argo CD Application teams/shop'],
    marks: Object.keys(tracking('')),
  },
  {
    title: 'a tracking id that was copied from another object',
    live: { annotations: tracking('shop:apps/Deployment:acme/web') },
    owners: [],
    marks: Object.keys(tracking('')),
  },
  {
    title: "an Application by Argo CD's own label",
    live: { labels: { 'argocd.argoproj.io/instance': 'shop', ...instance } },
    owners: ['Argo CD Application shop'],
    marks: ['argocd.argoproj.io/instance'],
  },
  {
    title: 'an Application by the common label, where Argo CD wrote the object',
    live: { labels: instance, annotations: lastApplied, managedFields: writtenBy('argocd-controller') },
    owners: ['Argo CD Application shop'],
    marks: [...Object.keys(lastApplied), ...Object.keys(instance)],
  },
  {
    title: 'the common label that anybody else set',
    live: { labels: instance, managedFields: writtenBy('kubectl') },
    owners: [],
    marks: [],
  },
  {
    title: 'kubectl apply',
    live: { annotations: lastApplied },
    owners: ['kubectl apply'],
    marks: Object.keys(lastApplied),
  },
]

const object = (metadata: Partial<ObjectMeta>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'acme', ...metadata } as ObjectMeta,
})

for (const { title, live, owners, marks } of cases) {
  test(`who had an object, and what goes with that: ${title}`, (t) => {
    t.deepEqual(
      formerOwners(object(live)).map((owner: FormerOwner) => describeOwner(owner)),
      owners,
    )
    const removed = forgetMarks(object(live), object({}), []).map(({ path }) => path.split('/').at(-1))
    t.deepEqual(
      removed.map((token) => token?.replaceAll('~1', '/')),
      marks,
    )
  })
}

test('a mark that Git declares, or that the patch removes already, is not removed', (t) => {
  const live = object({ annotations: helm, labels: { 'app.kubernetes.io/managed-by': 'Helm' } })
  const declared = object({ labels: { 'app.kubernetes.io/managed-by': 'Helm' } })
  const before = [{ op: 'remove', path: '/metadata/annotations/meta.helm.sh~1release-name' }] as const
  t.deepEqual(forgetMarks(live, declared, before), [
    { op: 'remove', path: '/metadata/annotations/meta.helm.sh~1release-namespace' },
  ])
})
