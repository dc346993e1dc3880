import test from 'ava'
import { describeFault } from '../../../src/model/fault.ts'
import { waveOf } from '../../../src/model/wave.ts'
import { onlyInstallation } from '../../helpers/declare-files.ts'

const object = (kind: string, annotations: Record<string, string>, apiVersion = 'v1') =>
  JSON.stringify({ apiVersion, kind, metadata: { name: 'it', namespace: 'acme', annotations } })

const job = (annotations: Record<string, string>) => object('Job', annotations, 'batch/v1')

/** What a manifest comes to: the names of what is applied, and its notices. */
async function declared(manifest: string) {
  const {
    objects,
    notices = [],
    faults,
    leftAlone = [],
  } = await onlyInstallation({ 'acme/a.yaml': manifest })
  return {
    applied: objects.length,
    left: leftAlone.length,
    codes: notices.map(({ code }) => code),
    texts: notices.map(describeFault),
    faults: faults.map(describeFault),
  }
}

const hooks: readonly (readonly [kind: 'Job' | 'ConfigMap', annotation: string, applied: boolean])[] = [
  ['Job', 'argocd.argoproj.io/hook=PreSync', false],
  ['Job', 'argocd.argoproj.io/hook=Sync', false],
  ['Job', 'argocd.argoproj.io/hook=PostSync', false],
  ['Job', 'argocd.argoproj.io/hook=SyncFail', false],
  ['Job', 'argocd.argoproj.io/hook=PreDelete', false],
  ['Job', 'argocd.argoproj.io/hook=PostDelete', false],
  ['Job', 'argocd.argoproj.io/hook=Skip', false],
  ['Job', 'argocd.argoproj.io/hook=SomethingNew', false],
  ['Job', 'helm.sh/hook=pre-delete', false],
  ['Job', 'helm.sh/hook=test', false],
  ['Job', 'helm.sh/hook=pre-install,pre-upgrade', false],
  ['ConfigMap', 'argocd.argoproj.io/hook=PreSync, PostSync', true],
  ['ConfigMap', 'argocd.argoproj.io/hook=PreSync,Skip', false],
  ['ConfigMap', 'argocd.argoproj.io/hook=SyncFail', false],
  ['ConfigMap', 'argocd.argoproj.io/hook=PostDelete', false],
  ['ConfigMap', 'helm.sh/hook=pre-install', true],
  ['ConfigMap', 'helm.sh/hook=test', false],
]

for (const [kind, annotation, isApplied] of hooks) {
  test(`a ${kind} with ${annotation} is ${isApplied ? 'applied' : 'left out'}, and told`, async (t) => {
    const [name = '', times = ''] = annotation.split('=')
    const found = await declared(kind === 'Job' ? job({ [name]: times }) : object(kind, { [name]: times }))
    t.deepEqual([found.applied, found.left], isApplied ? [1, 0] : [0, 1])
    t.deepEqual(found.codes, ['hook-of-another-tool'])
    t.regex(found.texts[0] ?? '', /^acme\/a\.yaml:1: a hook of another tool.*acme\/it: \w/)
    t.deepEqual(found.faults, [])
  })
}

const marks: readonly (readonly [annotation: string, codes: readonly string[]])[] = [
  [
    'argocd.argoproj.io/sync-options=ServerSideApply=true,SkipDryRunOnMissingResource=true,PruneLast=true',
    [],
  ],
  ['argocd.argoproj.io/sync-options=Prune=false', []],
  [
    'argocd.argoproj.io/sync-options=Replace=true, Force=true',
    ['mark-of-another-tool', 'mark-of-another-tool'],
  ],
  ['argocd.argoproj.io/sync-options=Validate=false', ['mark-of-another-tool']],
  ['argocd.argoproj.io/compare-options=IgnoreExtraneous', []],
  ['argocd.argoproj.io/ignore-healthcheck=true', ['mark-of-another-tool']],
  ['argocd.argoproj.io/hook-delete-policy=HookSucceeded', []],
  ['helm.sh/hook=crd-install', []],
  ['kustomize.toolkit.fluxcd.io/ssa=Merge', []],
  ['kustomize.toolkit.fluxcd.io/ssa=IfNotPresent', []],
  ['kustomize.toolkit.fluxcd.io/force=enabled', ['mark-of-another-tool']],
  ['kustomize.toolkit.fluxcd.io/reconcile=enabled', []],
  ['config.kubernetes.io/depends-on=apps/namespaces/a/Deployment/b', ['mark-of-another-tool']],
]

for (const [annotation, codes] of marks) {
  test(`an object with ${annotation} is applied; ${codes.length} notices`, async (t) => {
    const at = annotation.indexOf('=')
    const mark = { [annotation.slice(0, at)]: annotation.slice(at + 1) }
    const found = await declared(object('ConfigMap', mark))
    t.is(found.applied, 1)
    t.deepEqual(found.codes, codes)
  })
}

for (const [name, value] of [
  ['kustomize.toolkit.fluxcd.io/reconcile', 'disabled'],
  ['kustomize.toolkit.fluxcd.io/ssa', 'Ignore'],
] as const) {
  test(`an object with ${name}: ${value} is left alone, and told`, async (t) => {
    const found = await declared(object('ConfigMap', { [name]: value }))
    t.deepEqual([found.applied, found.left], [0, 1])
    t.deepEqual(found.codes, ['left-to-others'])
    t.true(found.texts[0]?.endsWith(`by ${name}: ${value}`), found.texts[0])
  })
}

test('an object that Flux would only create is only created', async (t) => {
  const manifest = object('ConfigMap', { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' })
  const { rules } = await onlyInstallation({ 'acme/a.yaml': manifest })
  const objects = { group: '', kind: 'ConfigMap', name: 'it', namespace: 'acme' }
  t.deepEqual(rules.ignore, [{ objects, fields: [''], once: [], managers: [] }])
})

test('an object without drift detection follows commits only, in whichever namespace it comes to be', async (t) => {
  const mark = { 'helm.toolkit.fluxcd.io/driftDetection': 'disabled' }
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'it', annotations: mark },
  })
  const { rules } = await onlyInstallation({ 'acme/a.yaml': manifest })
  t.deepEqual(
    rules.ignore.map(({ objects, once }) => [objects.namespace, once]),
    [
      ['', ['']],
      ['default', ['']],
    ],
  )
})

const waves: readonly (readonly [annotations: Record<string, string>, wave: number])[] = [
  [{ 'argocd.argoproj.io/sync-wave': '5' }, 5],
  [{ 'argocd.argoproj.io/sync-wave': '-3' }, -3],
  [{ 'argocd.argoproj.io/sync-wave': 'soon' }, 0],
  [{ 'argocd.argoproj.io/sync-wave': '5', 'reeve.dev/wave': '1' }, 1],
]

for (const [annotations, wave] of waves) {
  test(`the wave of an object with ${JSON.stringify(annotations)} is ${wave}`, (t) => {
    t.is(waveOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'it', annotations } }), wave)
  })
}

const tools: readonly (readonly [apiVersion: string, kind: string, tool: string | undefined])[] = [
  ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'Flux'],
  ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'Flux'],
  ['source.toolkit.fluxcd.io/v1', 'OCIRepository', 'Flux'],
  ['notification.toolkit.fluxcd.io/v1beta3', 'Alert', undefined],
  ['argoproj.io/v1alpha1', 'Application', 'Argo CD'],
  ['argoproj.io/v1alpha1', 'ApplicationSet', 'Argo CD'],
  ['argoproj.io/v1alpha1', 'Rollout', undefined],
  ['fleet.cattle.io/v1alpha1', 'GitRepo', 'Rancher Fleet'],
  ['kappctrl.k14s.io/v1alpha1', 'App', 'kapp-controller'],
  ['configsync.gke.io/v1beta1', 'RootSync', 'Config Sync'],
]

for (const [apiVersion, kind, tool] of tools) {
  test(`a ${kind} of ${apiVersion} is applied${tool ? `, and told to be for ${tool}` : ''}`, async (t) => {
    const manifest = JSON.stringify({ apiVersion, kind, metadata: { name: 'it', namespace: 'acme' } })
    const found = await declared(manifest)
    t.is(found.applied, 1)
    t.deepEqual(found.codes, tool ? ['object-of-another-tool'] : [])
    if (tool) t.regex(found.texts[0] ?? '', new RegExp(`it is for ${tool}`))
  })
}

const kustomization =
  'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n'
const chart = { 'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n' }
const installation = (path: string) =>
  JSON.stringify({
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'Installation',
    metadata: { name: 'acme' },
    spec: { template: { path } },
  })
const both = `${job({ 'argocd.argoproj.io/hook': 'SyncFail' })}\n---\n${object('ConfigMap', { 'argocd.argoproj.io/sync-options': 'Replace=true' })}\n`

for (const [from, files] of [
  [
    'a Kustomize overlay',
    { 'k/kustomization.yaml': kustomization, 'k/a.yaml': both, 'acme.yaml': installation('k') },
  ],
  [
    'a Helm chart',
    { ...chart, 'charts/web/templates/a.yaml': both, 'acme.yaml': installation('charts/web') },
  ],
  ['a template', { 't/a.yaml': both, 'acme.yaml': installation('t') }],
] as const) {
  test(`marks in the output of ${from} count alike`, async (t) => {
    const { objects, notices = [], faults } = await onlyInstallation(files)
    t.deepEqual(faults, [])
    t.deepEqual(
      objects.map(({ object: { kind } }) => kind),
      ['Installation', 'ConfigMap'],
    )
    t.deepEqual(notices.map(({ code }) => code).sort(), ['hook-of-another-tool', 'mark-of-another-tool'])
  })
}

test('hooks of a chart for installing are no notice: they have their place', async (t) => {
  const { objects, notices } = await onlyInstallation({
    ...chart,
    'charts/web/templates/a.yaml': job({
      'helm.sh/hook': 'pre-install',
      'argocd.argoproj.io/hook': 'PreSync',
    }),
    'acme.yaml': installation('charts/web'),
  })
  t.is(objects[1]?.object.kind, 'Job')
  t.is(notices, undefined)
})

test('a namespace that is left alone is not created either', async (t) => {
  const namespace = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'acme', annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } },
  })
  const { objects } = await onlyInstallation({
    'acme/a.yaml': namespace,
    'acme/i.yaml':
      'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {namespace: acme, createNamespace: true}\n',
  })
  t.deepEqual(
    objects.map(({ object: { kind } }) => kind),
    ['Installation'],
  )
})

const nameless = (kind: string, annotations: Record<string, unknown>) =>
  JSON.stringify({ apiVersion: 'batch/v1', kind, metadata: { generateName: 'it-', annotations } })

test('hooks of Argo CD that are left out need no name, and may be several', async (t) => {
  const one = nameless('Job', { 'argocd.argoproj.io/hook': 'PreSync' })
  const found = await declared([one, one].join('\n---\n'))
  t.deepEqual([found.applied, found.left, found.faults], [0, 2, []])
  t.regex(found.texts[0] ?? '', /Job\.batch it-: PreSync of Argo CD; it is not applied$/)
})

for (const [title, annotations] of [
  ['no hook', {}],
  ['a hook of Helm', { 'helm.sh/hook': 'pre-install', 'argocd.argoproj.io/hook': 'PreSync' }],
  ['an annotation that is no text', { 'argocd.argoproj.io/hook': 5 }],
] as const) {
  test(`an object without a name is a fault: ${title}`, async (t) => {
    const { applied, faults } = await declared(nameless('Job', annotations))
    t.is(applied, 0)
    t.regex(faults.join('\n'), /generateName is not supported/)
  })
}
