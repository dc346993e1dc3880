import test from 'ava'
import { keepMarkOf } from '../../src/model/keep-mark.ts'

const cases: readonly (readonly [
  title: string,
  annotations: Record<string, string>,
  mark: string | undefined,
])[] = [
  ['no mark', { 'example.com/keep': 'true' }, undefined],
  ['Reeve', { 'reeve.dev/prune': 'false' }, 'reeve.dev/prune: "false"'],
  ['Helm', { 'helm.sh/resource-policy': 'keep' }, 'helm.sh/resource-policy: keep'],
  ['Helm, as Helm reads it', { 'helm.sh/resource-policy': ' Keep ' }, 'helm.sh/resource-policy: keep'],
  ['another policy of Helm', { 'helm.sh/resource-policy': 'delete' }, undefined],
  [
    'Argo CD',
    { 'argocd.argoproj.io/sync-options': 'Prune=false' },
    'argocd.argoproj.io/sync-options: Prune=false',
  ],
  [
    'Argo CD, in a list with spaces',
    { 'argocd.argoproj.io/sync-options': 'Replace=true , Delete=false' },
    'argocd.argoproj.io/sync-options: Delete=false',
  ],
  [
    'Argo CD, deleting when a person confirms it',
    { 'argocd.argoproj.io/sync-options': 'Prune=confirm' },
    'argocd.argoproj.io/sync-options: Prune=confirm',
  ],
  ['an option of Argo CD that keeps nothing', { 'argocd.argoproj.io/sync-options': 'Prune=true' }, undefined],
  [
    'Flux',
    { 'kustomize.toolkit.fluxcd.io/prune': 'Disabled' },
    'kustomize.toolkit.fluxcd.io/prune: disabled',
  ],
  [
    'Flux, not reconciling',
    { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' },
    'kustomize.toolkit.fluxcd.io/reconcile: disabled',
  ],
  ['cli-utils', { 'cli-utils.sigs.k8s.io/on-remove': 'keep' }, 'cli-utils.sigs.k8s.io/on-remove: keep'],
  [
    'Config Sync',
    { 'client.lifecycle.config.k8s.io/deletion': 'detach' },
    'client.lifecycle.config.k8s.io/deletion: detach',
  ],
  ['kapp', { 'kapp.k14s.io/delete-strategy': 'orphan' }, 'kapp.k14s.io/delete-strategy: orphan'],
  ['Helm, overruled', { 'helm.sh/resource-policy': 'keep', 'reeve.dev/prune': 'true' }, undefined],
]

for (const [title, annotations, mark] of cases) {
  test(`the mark that keeps an object: ${title}`, (t) => {
    t.is(keepMarkOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', annotations } }), mark)
  })
}

test('Flux reads its marks from labels, too', (t) => {
  const labels = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', labels } }
  t.is(keepMarkOf(object), 'kustomize.toolkit.fluxcd.io/prune: disabled')
})
