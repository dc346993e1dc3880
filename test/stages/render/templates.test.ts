import test from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../src/model/fault.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { WAVE_ANNOTATION } from '../../../src/model/labels.ts'
import type { PastRelease } from '../../../src/model/release.ts'
import { explainValues } from '../../../src/stages/declare/fleet/explain-values.ts'
import { defaultsOf } from '../../../src/stages/render/template-parts.ts'
import { declareFiles, type RepositoryFiles } from '../../helpers/declare-files.ts'

const renderers = new Renderers({ decrypt: new Keyring().decrypt })
test.after.always('end the engine', () => renderers[Symbol.asyncDispose]())

const document = (kind: string, name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const acme = (spec: string) => ({ 'fleet/acme.yaml': document('Installation', 'acme', spec) })

const chart = (name: string, ...templates: readonly string[]) => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  [`charts/${name}/values.yaml`]: 'size: small\n',
  [`charts/${name}/templates/all.yaml`]: [
    [
      'apiVersion: v1',
      'kind: ConfigMap',
      `metadata: {name: "{{ .Release.Name }}-${name}"}`,
      'data:',
      '  size: {{ .Values.size | quote }}',
      '  shared: {{ dig "global" "region" "none" .Values.AsMap | quote }}',
      '  revision: "{{ .Release.Revision }}"',
      '',
    ].join('\n'),
    ...templates,
  ].join('---\n'),
})

const hook = (name: string, weight: number) =>
  [
    'apiVersion: batch/v1',
    'kind: Job',
    `metadata: {name: ${name}, annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "${weight}"}}`,
    'spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}',
    '',
  ].join('\n')

const MANIFESTS = {
  'templates/extra/extra.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: extra, annotations: {helm.sh/hook: pre-install}}',
    'data: {size: "${values.size}", region: "${values.global.region:-none}"}',
    '',
  ].join('\n'),
  'templates/extra/values.yaml': 'size: tiny\n',
}

const BOTH = '{name: web, path: charts/web}, {name: db, path: charts/db}'

async function declared(files: RepositoryFiles, past?: PastRelease): Promise<Installation | undefined> {
  const options = { renderers, ...(past && { pastRelease: () => past }) }
  const { installations } = await declareFiles({ ...chart('web'), ...chart('db'), ...files }, options)
  return installations.get('acme')
}

async function faultsOf(files: RepositoryFiles): Promise<readonly string[]> {
  return (await declared(files))?.faults.map(describeFault) ?? []
}

/** ConfigMap → its data. */
function dataOf(installation: Installation | undefined): Readonly<Record<string, unknown>> {
  const maps = installation?.objects.filter(({ object }) => object.kind === 'ConfigMap') ?? []
  return Object.fromEntries(
    maps.map(({ object }) => [object.metadata.name, JSON.parse(JSON.stringify(object.data))]),
  )
}

test('several charts are one release, each with the values below its name and the global ones', async (t) => {
  const installation = await declared(
    acme(
      `{templates: [${BOTH}], releaseName: shop, values: {global: {region: eu}, web: {size: large}, size: unused}}`,
    ),
  )
  t.deepEqual(installation?.faults, [])
  t.like(installation, { releaseName: 'shop' })
  t.deepEqual(dataOf(installation), {
    'shop-web': { size: 'large', shared: 'eu', revision: '1' },
    'shop-db': { size: 'small', shared: 'eu', revision: '1' },
  })
})

test('charts, overlays and manifests may be mixed; one without a name has all values', async (t) => {
  const installation = await declared({
    ...MANIFESTS,
    'overlays/cm/kustomization.yaml': 'resources: [cm.yaml]\n',
    'overlays/cm/cm.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {size: "${values.size}"}\n',
    ...acme(
      '{templates: [{path: charts/web}, {name: extra, path: templates/extra}, {path: overlays/cm}], values: {size: all, extra: {size: own}}}',
    ),
  })
  t.deepEqual(installation?.faults, [])
  t.deepEqual(dataOf(installation), {
    'acme-web': { size: 'all', shared: 'none', revision: '1' },
    extra: { size: 'own', region: 'none' },
    cm: { size: 'all' },
  })
  t.deepEqual(
    installation?.notices?.map(({ code }) => code),
    ['hook-of-another-tool'],
  )
})

test('a change of one chart is an upgrade of the release', async (t) => {
  const files = acme(`{templates: [${BOTH}], values: {db: {size: a}}}`)
  const first = await declared(files)
  t.is(first?.release?.revision, 1)
  const past = { release: first?.release, isInstalled: true }
  t.deepEqual((await declared(files, past))?.release, first?.release)
  const second = await declared(acme(`{templates: [${BOTH}], values: {db: {size: b}}}`), past)
  t.is(second?.release?.revision, 2)
  t.deepEqual(dataOf(second), {
    'acme-web': { size: 'small', shared: 'none', revision: '2' },
    'acme-db': { size: 'b', shared: 'none', revision: '2' },
  })
})

test('the hooks of several charts are ordered among each other', async (t) => {
  const installation = await declared({
    ...chart('web', hook('late', 5)),
    ...chart('db', hook('early', -5)),
    ...acme(`{templates: [${BOTH}]}`),
  })
  const waves = installation?.objects
    .filter(({ object }) => object.kind === 'Job')
    .map(({ object: { metadata } }) => [metadata.name, metadata.annotations?.[WAVE_ANNOTATION]])
  t.deepEqual(Object.fromEntries(waves ?? []), { early: '-9000', late: '-8999' })
})

test('an object that two templates declare is a fault with both places', async (t) => {
  const found = await faultsOf(acme('{templates: [{path: charts/web}, {name: again, path: charts/web}]}'))
  t.is(found.length, 1)
  t.regex(found[0] ?? '', /ConfigMap acme-web, at charts\/web\/templates\/all\.yaml:1 and charts\/web/)
})

test("a member's templates replace those of its groups", async (t) => {
  const group = { 'groups.yaml': document('InstallationGroup', 'all', `{templates: [${BOTH}]}`) }
  t.deepEqual(Object.keys(dataOf(await declared({ ...group, ...acme('{group: all}') }))), [
    'acme-web',
    'acme-db',
  ])
  const replaced = await declared({ ...group, ...acme('{group: all, template: {path: charts/db}}') })
  t.deepEqual(Object.keys(dataOf(replaced)), ['acme-db'])
})

test('faults of values are told where they are set, below the name of their template', async (t) => {
  const files = {
    'charts/db/values.schema.json': '{"properties": {"size": {"type": "string"}}}',
    'fleet/acme.yaml': [
      document('Installation', 'acme', '').trimEnd(),
      `  templates: [${BOTH}, {name: extra, path: templates/extra}]`,
      '  values:',
      '    db:',
      '      size: 3',
      '    extra:',
      '      size: ${installation.nonsense}',
      '',
    ].join('\n'),
    ...MANIFESTS,
  }
  t.deepEqual((await faultsOf(files))[0], 'fleet/acme.yaml:10: undefined value: installation.nonsense')
  const fixed = {
    ...files,
    'fleet/acme.yaml': files['fleet/acme.yaml'].replace('${installation.nonsense}', 'a'),
  }
  t.regex(String(await faultsOf(fixed)), /^fleet\/acme\.yaml:8: .*size/)
})

for (const [what, spec, expected] of [
  [
    'both fields',
    `{template: {path: charts/web}, templates: [${BOTH}]}`,
    /template and templates exclude each other/,
  ],
  ['an empty list', '{templates: []}', /templates/],
  ['an odd name', '{templates: [{name: "a.b", path: charts/web}]}', /templates\[0\]\.name/],
  ['neither a path nor a chart', '{templates: [{name: web}]}', /exactly one of path and chart/],
  ['values that are no mapping', `{templates: [${BOTH}], values: {web: 1}}`, /values\.web is no mapping/],
  ['a template that is missing', '{templates: [{path: charts/web}, {path: charts/wbe}]}', /charts\/wbe/],
] as const)
  test(`templates with ${what} are a fault at their line`, async (t) => {
    const found = await faultsOf(acme(spec))
    t.is(found.length, 1)
    t.regex(found[0] ?? '', /^fleet\/acme\.yaml:4: /)
    t.regex(found[0] ?? '', expected)
  })

test('what several templates render together is bounded', async (t) => {
  const lines = Array.from({ length: 40 }, (_, index) => `  a${index}: "\${values.big}"`)
  const map = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n${lines.join('\n')}\n`
  const found = await faultsOf({
    'templates/a/a.yaml': map('a'),
    'templates/b/b.yaml': map('b'),
    ...acme(
      `{templates: [{path: templates/a}, {path: templates/b}], values: {big: "${'x'.repeat(1024 ** 2)}"}}`,
    ),
  })
  t.is(found.length, 1)
  t.regex(found[0] ?? '', /^fleet\/acme\.yaml:4: .*its templates render more than 64 MiB/)
})

test('only installations of a changed template are rendered again, and a template is found for a faulty document', async (t) => {
  const files = {
    ...chart('web'),
    ...chart('db'),
    ...acme(`{templates: [${BOTH}]}`),
    'fleet/globex.yaml': document('Installation', 'globex', '{templates: [{path: charts/web}], strange: 1}'),
    'fleet/initech.yaml': document('Installation', 'initech', '{template: {path: charts/web}}'),
  }
  const before = await declareFiles(files, { renderers })
  t.deepEqual([...before.installations.keys()], ['acme', 'globex', 'initech'])
  const after = await declareFiles(
    { ...files, ...chart('db', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n') },
    { renderers, previous: before },
  )
  t.not(after.installations.get('acme'), before.installations.get('acme'))
  t.is(after.installations.get('initech'), before.installations.get('initech'))
})

test('the defaults of a template with a name are explained below that name', async (t) => {
  const files = {
    ...chart('web'),
    ...chart('db'),
    ...acme(`{templates: [${BOTH}], values: {db: {size: big}}}`),
  }
  const { made } = await declareFiles(files, { renderers })
  const { ready = [], declared } = made.get('acme') ?? {}
  const { templates = [], layers = [] } = declared?.declaration ?? {}
  const defaults = templates.flatMap((template, index) => {
    const one = ready[index]
    return one && 'render' in one ? defaultsOf(template, one) : []
  })
  t.deepEqual(
    explainValues([...defaults, ...layers]).map(({ path, said, overridden }) => [
      path,
      said.value,
      said.location,
      overridden.map(({ location }) => location.file),
    ]),
    [
      ['values.db.size', 'big', { file: 'fleet/acme.yaml', line: 4 }, ['charts/db/values.yaml']],
      ['values.web.size', 'small', { file: 'charts/web/values.yaml', line: 1 }, []],
    ],
  )
})
