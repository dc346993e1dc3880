import test from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../src/model/fault.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { type JsonObject, objectIn, writeJson } from '../../../src/model/json.ts'
import { keepMarkOf } from '../../../src/model/keep-mark.ts'
import type { PastRelease } from '../../../src/model/release.ts'
import { declareFiles, type RepositoryFiles } from '../../helpers/declare-files.ts'

const renderers = new Renderers({ decrypt: new Keyring().decrypt })
test.after.always('end the engine', () => renderers[Symbol.asyncDispose]())

const installation = (name: string, spec: string, metadata = '') =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}${metadata}}\nspec: ${spec}\n`

const CHART = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/values.yaml': 'replicas: 1\nimage: web\n',
  'charts/web/crds/thing.yaml': [
    'apiVersion: apiextensions.k8s.io/v1',
    'kind: CustomResourceDefinition',
    'metadata: {name: things.example.com}',
    'spec: {group: example.com}',
    '',
  ].join('\n'),
  'charts/web/templates/web.yaml': [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    '  name: {{ .Release.Name }}',
    '  annotations: {helm.sh/resource-policy: keep}',
    'spec:',
    '  replicas: {{ .Values.replicas }}',
    '  template: {spec: {containers: [{name: web, image: "{{ .Values.image }}:{{ .Values.tag | required "tag is needed" }}"}]}}',
    '',
  ].join('\n'),
}

const hook = (name: string, events: string, more = '') =>
  [
    'apiVersion: batch/v1',
    'kind: Job',
    'metadata:',
    `  name: ${name}`,
    `  annotations: {helm.sh/hook: "${events}"${more}}`,
    'spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "{{ .Values.tag }}"}]}}}',
    '',
  ].join('\n')

async function installations(files: RepositoryFiles): Promise<ReadonlyMap<string, Installation>> {
  return (await declareFiles(files, { renderers })).installations
}

async function faultsOf(files: RepositoryFiles): Promise<readonly string[]> {
  return [...(await installations(files)).values()].flatMap(({ faults }) => faults.map(describeFault))
}

test('a chart of the repository is rendered with the values of all layers', async (t) => {
  const all = await installations({
    ...CHART,
    'g.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: prod}\nspec: {template: {path: charts/web}, version: "9.1", namespace: chat, values: {tag: "\${installation.version}", replicas: 2}}\n`,
    'fleet/acme.yaml': installation('acme', '{group: prod, values: {replicas: 3}}'),
  })
  const { objects = [], faults } = all.get('acme') ?? {}
  t.deepEqual(faults, [])
  t.deepEqual(
    objects.map(({ object, origin }) => `${object.kind} ${object.metadata.name} ${origin.file}`),
    [
      'Installation acme fleet/acme.yaml',
      'CustomResourceDefinition things.example.com charts/web/crds/thing.yaml',
      'Deployment acme charts/web/templates/web.yaml',
    ],
  )
  const deployment = objects[2]?.object
  t.like(deployment?.spec, { replicas: 3 })
  t.true(JSON.stringify(deployment).includes('"image":"web:9.1"'))
  t.is(deployment && keepMarkOf(deployment), 'helm.sh/resource-policy: keep')
})

test('a release has the name that an installation, or its group, gives it, and else that of the installation', async (t) => {
  const all = await installations({
    ...CHART,
    'g.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: prod}\nspec: {template: {path: charts/web}, releaseName: "\${installation.labels.app}-\${installation.namespace}", namespace: a, values: {tag: "1"}}\n`,
    'fleet/acme.yaml': installation('acme', '{template: {path: charts/web}, values: {tag: "1"}}'),
    'fleet/a.yaml': installation('redis-a', '{group: prod}', ', labels: {app: redis}'),
    'fleet/b.yaml': installation('redis-b', '{group: prod, releaseName: redis, namespace: b}'),
  })
  const released = ['acme', 'redis-a', 'redis-b'].map((name) => {
    const { objects = [], releaseName, faults, notices } = all.get(name) ?? {}
    const deployment = objects.find(({ object }) => object.kind === 'Deployment')
    return [releaseName, deployment?.object.metadata.name, faults, notices]
  })
  t.deepEqual(released, [
    ['acme', 'acme', [], undefined],
    ['redis-a', 'redis-a', [], undefined],
    ['redis', 'redis', [], undefined],
  ])
})

for (const [releaseName, problem] of [
  ['Redis', 'not a name that Helm accepts for a release: "Redis"'],
  ['a_b', 'not a name that Helm accepts for a release: "a_b"'],
  ['../redis', 'not a name that Helm accepts for a release: "../redis"'],
  ['r'.repeat(54), `not a name that Helm accepts for a release: "${'r'.repeat(54)}"`],
  ['"${installation.labels.__proto__}"', 'undefined value: installation.labels.__proto__'],
  ['"${installation.labels.app}"', 'undefined value: installation.labels.app'],
  ['"${installation.labels}"', 'not a reference to a value: ${installation.labels} is no text'],
  ['"${values.tag}"', 'undefined value: values.tag'],
  [
    '7',
    "invalid document of Reeve's own kinds: spec.releaseName is a number; expected text: quote it (unquoted, 10.10 is read as 10.1)",
  ],
  ['""', "invalid document of Reeve's own kinds: spec.releaseName: string is too short (0 < 1)"],
] as const)
  test(`a release name ${releaseName.slice(0, 40)} is a fault at its line`, async (t) => {
    const spec = `\n  template: {path: charts/web}\n  releaseName: ${releaseName}\n  values: {tag: "1"}`
    t.deepEqual(await faultsOf({ ...CHART, 'fleet/acme.yaml': installation('acme', spec) }), [
      `fleet/acme.yaml:6: ${problem}`,
    ])
  })

test('a release name of 53 characters with dots is accepted', async (t) => {
  const releaseName = `a.${'b'.repeat(51)}`
  const spec = `{template: {path: charts/web}, releaseName: ${releaseName}, values: {tag: "1"}}`
  t.deepEqual(await faultsOf({ ...CHART, 'fleet/acme.yaml': installation('acme', spec) }), [])
})

test('a release name of what is no chart is told, and holds nothing up', async (t) => {
  const all = await installations({
    'plain/acme.yaml': installation('plain', '{releaseName: redis}'),
    'plain/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'templates/web/values.yaml': 'a: 1\n',
    'templates/web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'fleet/acme.yaml': installation('acme', '{template: {path: templates/web}, releaseName: redis}'),
    'overlay/kustomization.yaml': 'resources: [a.yaml]\n',
    'overlay/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'fleet/beta.yaml': installation('beta', '{template: {path: overlay}, releaseName: redis}'),
  })
  for (const [name, file] of [
    ['plain', 'plain/acme.yaml'],
    ['acme', 'fleet/acme.yaml'],
    ['beta', 'fleet/beta.yaml'],
  ] as const) {
    const { notices, faults, releaseName } = all.get(name) ?? {}
    t.deepEqual([faults, releaseName], [[], undefined])
    t.like(notices, [{ code: 'unused-release-name', location: { file, line: 4 } }])
  }
})

test('a chart that fails says so at the line of its template; others go on', async (t) => {
  const all = await installations({
    ...CHART,
    'fleet/acme.yaml': installation('acme', '{template: {path: charts/web}}'),
    'fleet/beta.yaml': installation('beta', '{template: {path: charts/web}, values: {tag: "1"}}'),
  })
  const [found = ''] = all.get('acme')?.faults.map(describeFault) ?? []
  t.regex(found, /^charts\/web\/templates\/web\.yaml:8: the Helm chart cannot be rendered: .*tag is needed/)
  t.deepEqual(all.get('beta')?.faults, [])
})

const HOOKS = {
  ...CHART,
  'charts/web/templates/hooks.yaml': [
    hook(
      'migrate',
      'pre-install,pre-upgrade',
      ', helm.sh/hook-weight: "5", helm.sh/hook-delete-policy: hook-succeeded',
    ),
    hook('first', 'pre-upgrade', ', helm.sh/hook-weight: "-3"'),
    hook('after', 'post-install,post-upgrade'),
    hook('once', 'post-install'),
    hook('both', 'post-install,pre-upgrade', ', helm.sh/hook-weight: "5"'),
    hook('turned', 'pre-install,post-upgrade'),
    hook('test', 'test'),
    hook('bye', 'pre-delete'),
  ].join('---\n'),
}

/** The objects of `acme`, made from charts/web, and the release that follows what is recorded. */
async function release(files: RepositoryFiles, values: string, past?: PastRelease): Promise<Installation> {
  const acme = {
    'fleet/acme.yaml': installation('acme', `{template: {path: charts/web}, values: ${values}}`),
  }
  const fleet = await declareFiles({ ...files, ...acme }, { renderers, pastRelease: () => past })
  const found = fleet.installations.get('acme')
  if (found === undefined || found.faults.length > 0) throw new Error(JSON.stringify(found?.faults))
  return found
}

function annotationsOf({ objects }: Installation, name: string) {
  const jobs = objects.filter(({ object }) => object.kind === 'Job')
  return jobs.map(({ object: { metadata } }) => [metadata.name, metadata.annotations?.[name]])
}

test('hooks are waves before and after the rest, by weight: those of the installation', async (t) => {
  const acme = await release(HOOKS, '{tag: "1"}')
  t.is(acme.release?.revision, 1)
  t.deepEqual(annotationsOf(acme, 'reeve.dev/wave'), [
    ['migrate', '-8999'],
    ['after', '9000'],
    ['once', '9000'],
    ['both', '9001'],
    ['turned', '-9000'],
  ])
  t.deepEqual(new Set(annotationsOf(acme, 'reeve.dev/replace').map(([, value]) => value)), new Set(['true']))
  t.like(acme.objects.find(({ object }) => object.kind === 'Job')?.object.spec, {
    ttlSecondsAfterFinished: 300,
  })
  t.is(acme.leftAlone, undefined)
})

test('an upgrade has the hooks of upgrades, and leaves what those of the installation left', async (t) => {
  const first = await release(HOOKS, '{tag: "1"}')
  const acme = await release(HOOKS, '{tag: "2"}', { release: first.release, isInstalled: true })
  t.is(acme.release?.revision, 2)
  t.deepEqual(annotationsOf(acme, 'reeve.dev/wave'), [
    ['migrate', '-8999'],
    ['first', '-9000'],
    ['after', '9000'],
    ['both', '-8999'],
    ['turned', '9000'],
  ])
  t.deepEqual(
    acme.leftAlone?.map(({ object }) => object.metadata.name),
    ['once'],
  )
})

test('a hook runs again with each change of the release, and not without one', async (t) => {
  const runs = (acme: Installation) => annotationsOf(acme, 'reeve.dev/release')
  const first = await release(HOOKS, '{tag: "1"}')
  const past = { release: first.release, isInstalled: true }
  t.deepEqual(runs(await release(HOOKS, '{tag: "1"}', past)), runs(first))
  const other = await release(HOOKS, '{tag: "1", replicas: 2}', past)
  t.is(other.release?.revision, 2)
  t.notDeepEqual(runs(other), runs(first))
})

test('a chart sees the revision of its release, and whether it is installed or upgraded', async (t) => {
  const files = {
    ...CHART,
    'charts/web/templates/release.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: release}\ndata: {r: "{{ .Release.Revision }} {{ .Release.IsInstall }} {{ .Release.IsUpgrade }}"}\n',
  }
  const seen = ({ objects }: Installation) =>
    objectIn(objects.find(({ object }) => object.metadata.name === 'release')?.object.data).r
  const first = await release(files, '{tag: "1"}')
  t.is(seen(first), '1 true false')
  const installing = { release: first.release, isInstalled: false }
  t.is(seen(await release(files, '{tag: "2"}', installing)), '1 true false')
  const installed = { release: first.release, isInstalled: true }
  t.is(seen(await release(files, '{tag: "1"}', installed)), '1 true false')
  const second = await release(files, '{tag: "2"}', installed)
  t.is(seen(second), '2 false true')
  t.is(
    seen(await release(files, '{tag: "2"}', { release: second.release, isInstalled: true })),
    '2 false true',
  )
  t.is(
    seen(await release(files, '{tag: "1"}', { release: second.release, isInstalled: true })),
    '3 false true',
  )
})

test('what a chart makes up anew each time is set once, and said', async (t) => {
  const all = await installations({
    ...CHART,
    'charts/web/templates/secret.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s, annotations: {a: same}}\nstringData: {password: {{ randAlphaNum 12 | quote }}, user: admin}\n',
    'fleet/acme.yaml': installation('acme', '{template: {path: charts/web}, values: {tag: "1"}}'),
  })
  const { rules, notices, faults } = all.get('acme') ?? {}
  t.deepEqual(faults, [])
  t.deepEqual(rules?.ignore, [
    {
      objects: { group: '', kind: 'Secret', name: 's' },
      fields: ['/stringData/password'],
      managers: [],
      once: [],
    },
  ])
  t.deepEqual(notices?.map(describeFault), [
    'fleet/acme.yaml:4: the chart generates new values at each rendering: templates/secret.yaml (randAlphaNum)',
  ])
})

test('what a chart made up and finds again is the same after a restart', async (t) => {
  const made = new Map<string, JsonObject>()
  await using finding = new Renderers({
    decrypt: new Keyring().decrypt,
    cluster: async () => ({
      kubeVersion: 'v1.36.0',
      apiVersions: ['v1'],
      lookup: async ({ name }) => ({ object: made.get(name) ?? null }),
    }),
  })
  const files = {
    ...HOOKS,
    'charts/web/templates/secret.yaml': `{{- $old := lookup "v1" "Secret" .Release.Namespace "s" }}
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {password: {{ if $old }}{{ $old.data.password }}{{ else }}{{ randAlphaNum 12 | b64enc }}{{ end }}}
{{- if not (lookup "v1" "Secret" .Release.Namespace "once") }}
---
apiVersion: v1
kind: Secret
metadata: {name: once}
data: {key: {{ randAlphaNum 12 | b64enc }}}
{{- end }}
`,
    'charts/web/templates/checksum.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {checksum: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}}}\n',
    'fleet/acme.yaml': installation('acme', '{template: {path: charts/web}, values: {tag: "1"}}'),
  }
  const declare = async () => {
    const { installations } = await declareFiles(files, { renderers: finding })
    const acme = installations.get('acme')
    if (acme === undefined) throw new Error('there is no acme')
    const ids = acme.objects.map(({ object }) => `${object.kind} ${object.metadata.name}`)
    return { acme, ids: ids.sort(), ignored: JSON.stringify(acme.rules.ignore) }
  }
  const first = await declare()
  t.deepEqual(first.acme.faults, [])
  for (const { object } of first.acme.objects)
    if (object.kind === 'Secret') made.set(object.metadata.name, object as JsonObject)
  t.is(made.size, 2)
  const second = await declare()
  t.deepEqual(second.ids, first.ids)
  t.deepEqual(annotationsOf(second.acme, 'reeve.dev/release'), annotationsOf(first.acme, 'reeve.dev/release'))
  for (const pointer of ['/data/password', '/metadata/annotations/checksum'])
    for (const { ignored } of [first, second])
      t.true(ignored.includes(`"${pointer}"`), `${pointer} in ${ignored}`)
  const rule = second.acme.rules.ignore.find(({ objects }) => objects.name === 'once')
  t.true(rule?.fields.includes(''))
})

test('YAML that a chart renders wrongly is told with its template', async (t) => {
  const found = await faultsOf({
    ...CHART,
    'charts/web/templates/bad.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Values.tag }}: x}\n',
    'fleet/acme.yaml': installation('acme', '{template: {path: charts/web}, values: {tag: "1"}}'),
  })
  t.is(found.length, 1)
  t.regex(found[0] ?? '', /^charts\/web\/templates\/bad\.yaml:1: .*at line \d+ of the rendered output/)
})

async function rendered(template: string, values = '{}', more: RepositoryFiles = {}) {
  const all = await installations({
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/templates/a.yaml': template,
    'fleet/acme.yaml': installation('acme', `{template: {path: charts/web}, values: ${values}}`),
    ...more,
  })
  const { objects = [], faults = [], notices = [] } = all.get('acme') ?? {}
  return {
    objects: objects.slice(1).map(({ object }) => object),
    faults: faults.map(describeFault),
    notices: notices.map(({ location, message }) => `${location?.file}:${location?.line}: ${message}`),
  }
}

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
const TWICE =
  'charts/web/templates/a.yaml:1: the chart renders a key twice in one mapping, of which the last counts, as for Helm: '

test('of a key that a chart renders twice the last counts, and a notice names it once for each file', async (t) => {
  const { objects, faults, notices } = await rendered(
    `${HEAD}data:\n  a: "1"\n  b: {{ .Values.tag }}\n  a: "2"\n  a: "3"\n  "1": w\n  1: z\n---\n${HEAD.replace('name: a', 'name: b, labels: {a: x, a: x}')}`,
    '{tag: x}',
  )
  t.deepEqual(faults, [])
  t.deepEqual({ ...(objects[0]?.data as object) }, { a: '3', b: 'x', 1: 'z' })
  t.deepEqual({ ...objects[1]?.metadata.labels }, { a: 'x' })
  t.deepEqual(notices, [
    `${TWICE}"a", at line 7 of the rendered output`,
    `${TWICE}"1", at line 10 of the rendered output`,
  ])
})

test('thousands of duplicate keys are told in part, and hide no fault', async (t) => {
  const keys = Array.from({ length: 5_000 }, (_, index) => `  k${index}: a\n  k${index}: b\n`).join('')
  const { faults, notices } = await rendered(`${HEAD}data:\n${keys}  __proto__: {x: y}\n`)
  t.is(notices.length, 100)
  t.is(faults.length, 1)
  t.regex(faults[0] ?? '', /charts\/web\/templates\/a\.yaml:1: .*"__proto__", at line 10005/)
})

test('a key twice is a fault in what Kustomize builds from, and in the files of Git', async (t) => {
  const twice = `${HEAD}data: {a: "1", a: "2"}\n`
  const found = await faultsOf({
    'overlays/twice/kustomization.yaml': 'resources: [a.yaml]\n',
    'overlays/twice/a.yaml': twice,
    'fleet/acme.yaml': installation('acme', '{template: {path: overlays/twice}}'),
    'plain/a.yaml': twice,
  })
  t.is(found.length, 2)
  t.regex(found.join('\n'), /^plain\/a\.yaml:4: duplicate key/m)
})

const OVERLAY = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {color: grey}\n',
  'overlays/prod/kustomization.yaml':
    'resources: [../../base]\nnamePrefix: prod-\npatches: [{path: color.yaml}]\nconfigMapGenerator: [{name: files, files: [a=../shared/a.txt]}]\n',
  'overlays/prod/color.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {color: red}\n',
  'overlays/shared/a.txt': 'hello',
}

test('long integers pass a chart that writes them, and are no values of one, as Helm would round them', async (t) => {
  const files = {
    ...CHART,
    'charts/web/templates/long.yaml':
      'apiVersion: e.dev/v1\nkind: Long\nmetadata: {name: long}\nspec: {a: 9223372036854775807, b: {{ .Values.b | int64 }}}\n',
  }
  const all = await installations({
    ...files,
    'fleet/acme.yaml': installation(
      'acme',
      '{template: {path: charts/web}, values: {tag: a, b: 9007199254740991}}',
    ),
    'fleet/other.yaml': installation(
      'other',
      '{template: {path: charts/web},\n  values: {tag: a,\n  b: 9007199254740993, c: [{d: 18446744073709551615}]}}',
    ),
  })
  t.deepEqual(all.get('acme')?.faults, [])
  const long = all.get('acme')?.objects.find(({ object }) => object.kind === 'Long')?.object
  t.is(writeJson(long?.spec), '{"a":9223372036854775807,"b":9007199254740991}')
  t.deepEqual(all.get('other')?.faults.map(describeFault), [
    'fleet/other.yaml:6: an integer beyond ±9007199254740991, which Helm would round: values.b',
    'fleet/other.yaml:6: an integer beyond ±9007199254740991, which Helm would round: values.c.0.d',
  ])
})

test('long integers pass Kustomize, which rounds those of objects that a JSON patch changes', async (t) => {
  const all = await installations({
    'overlays/long/kustomization.yaml': [
      'namePrefix: x-',
      'commonAnnotations: {a: b}',
      'resources: [long.yaml]',
      'patches:',
      '- patch: "{apiVersion: e.dev/v1, kind: Long, metadata: {name: long}, spec: {b: 9007199254740995}}"',
      '- {target: {kind: Patched}, patch: "- {op: add, path: /spec/b, value: 1}"}',
      '',
    ].join('\n'),
    'overlays/long/long.yaml': ['Long', 'Patched']
      .map(
        (kind) =>
          `apiVersion: e.dev/v1\nkind: ${kind}\nmetadata: {name: long}\nspec: {a: 9223372036854775807, l: [-9007199254740993], u: 18446744073709551615}\n`,
      )
      .join('---\n'),
    'fleet/acme.yaml': installation('acme', '{template: {path: overlays/long}}'),
  })
  const { objects = [], faults } = all.get('acme') ?? {}
  t.deepEqual(faults, [])
  const specOf = (kind: string) => writeJson(objects.find(({ object }) => object.kind === kind)?.object.spec)
  t.is(
    specOf('Long'),
    '{"a":9223372036854775807,"b":9007199254740995,"l":[-9007199254740993],"u":18446744073709551615}',
  )
  t.is(specOf('Patched'), '{"a":9223372036854776000,"b":1,"l":[-9007199254740992],"u":18446744073709552000}')
})

test('long integers are values of templates, as they are and within texts', async (t) => {
  const all = await installations({
    'templates/long/long.yaml':
      'apiVersion: e.dev/v1\nkind: Long\nmetadata: {name: long}\nspec: {a: "${values.long}", b: "n=${values.long}", c: "${values.none:-9007199254740995}"}\n',
    'g.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: prod}\nspec: {template: {path: templates/long}, values: {long: 9007199254740993}}\n`,
    'fleet/acme.yaml': installation('acme', '{group: prod}'),
  })
  t.deepEqual(all.get('acme')?.faults, [])
  t.is(
    writeJson(all.get('acme')?.objects.at(-1)?.object.spec),
    '{"a":9007199254740993,"b":"n=9007199254740993","c":9007199254740995}',
  )
})

test('a Kustomize overlay is built with its bases and files, which are no installations', async (t) => {
  const { 'overlays/shared/a.txt': _, ...files } = OVERLAY
  const all = await installations({
    ...files,
    'overlays/prod/kustomization.yaml': files['overlays/prod/kustomization.yaml'].replace(
      '../shared/a.txt',
      'color.yaml',
    ),
    'fleet/acme.yaml': installation('acme', '{template: {path: overlays/prod}, namespace: acme}'),
  })
  t.deepEqual([...all.keys()], ['acme'])
  const { objects = [], faults } = all.get('acme') ?? {}
  t.deepEqual(faults, [])
  t.is(objects.length, 3)
  const web = objects.find(({ object }) => object.metadata.name === 'prod-web')
  t.deepEqual({ ...(web?.object.data as object) }, { color: 'red' })
  t.is(web?.origin.file, 'overlays/prod/kustomization.yaml')
})

test('an overlay beside its installation document is no installation of its own', async (t) => {
  const { 'overlays/shared/a.txt': _, ...files } = OVERLAY
  const all = await installations({
    ...files,
    'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
    'overlays/prod/installation.yaml': installation('prod', '{template: {path: overlays/prod}}'),
  })
  t.deepEqual(
    [...all].map(([name, { objects, faults }]) => [name, objects.length, faults.length]),
    [['overlays/prod', 2, 0]],
  )
})

test('an overlay that reads outside, from the network or with plugins is refused', async (t) => {
  const refused = async (kustomization: string) => {
    const found = await faultsOf({
      'overlays/prod/kustomization.yaml': kustomization,
      'fleet/acme.yaml': installation('acme', '{template: {path: overlays/prod}}'),
    })
    t.is(found.length, 1, kustomization)
    t.regex(
      found[0] ?? '',
      /^overlays\/prod\/kustomization\.yaml:\d+: (?:the Kustomize overlay cannot be built|a remote base of a kustomization that Reeve cannot fetch): /,
    )
    return found[0] ?? ''
  }
  await refused('resources: [../../../../etc]\n')
  await refused('resources: [/etc/passwd]\n')
  await refused('configMapGenerator: [{name: x, files: [/etc/passwd]}]\n')
  await refused('resources: ["https://example.com/base?ref=v1"]\n')
  await refused('nonsense: true\n')
})

test('a chart that asks what the cluster serves is rendered again when that changes, others are not', async (t) => {
  let apiVersions = ['v1', 'apps/v1']
  await using asking = new Renderers({
    decrypt: new Keyring().decrypt,
    cluster: async () => ({ kubeVersion: 'v1.36.0', apiVersions }),
  })
  const files = {
    ...CHART,
    'charts/asks/Chart.yaml': 'apiVersion: v2\nname: asks\nversion: 1.0.0\n',
    'charts/asks/templates/a.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Capabilities.APIVersions.Has "example.com/v1" | ternary "has" "lacks" }}}\n',
    'fleet/acme.yaml': installation('acme', '{template: {path: charts/web}, values: {tag: "1"}}'),
    'fleet/beta.yaml': installation('beta', '{template: {path: charts/asks}}'),
  }
  const first = await declareFiles(files, { renderers: asking })
  apiVersions = [...apiVersions, 'example.com/v1']
  const second = await declareFiles(files, { renderers: asking, previous: first })
  const nameIn = (fleet: typeof first) =>
    fleet.installations.get('beta')?.objects.at(-1)?.object.metadata.name
  t.deepEqual([nameIn(first), nameIn(second)], ['lacks', 'has'])
  t.is(first.installations.get('acme'), second.installations.get('acme'))
})
