import test from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../src/model/fault.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { Secret } from '../../../src/model/secret.ts'
import { explainValues } from '../../../src/stages/declare/fleet/explain-values.ts'
import { fixture } from '../../adapters/sops/fixtures.ts'
import { declareFiles, type RepositoryFiles } from '../../helpers/declare-files.ts'
import { sealed } from '../../helpers/sealed.ts'

const renderers = new Renderers({ decrypt: new Keyring().decrypt })
test.after.always('end the engine', () => renderers[Symbol.asyncDispose]())

const acme = (spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme, labels: {region: eu}}\nspec: ${spec}\n`

const SCRIPT = 'echo ${HOME} $${HOME} ${x:-y} $(date) ${values} `${valuesOf(1)}` $$'

const OVERLAY = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: {name: web}',
    'spec:',
    '  replicas: ${values.replicas}',
    '  template: {spec: {containers: [{name: web, image: "web:${values.tag:-latest}", args: ["$${values.tag}"]}]}}',
    '',
  ].join('\n'),
  'acme/kustomization.yaml':
    'resources: [../base, script.yaml]\nnamePrefix: "${installation.labels.region}-"\n',
  'acme/script.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: script}',
    'data:',
    `  run.sh: ${JSON.stringify(SCRIPT)}`,
    '',
  ].join('\n'),
}

async function declared(files: RepositoryFiles): Promise<Installation | undefined> {
  return (await declareFiles(files, { renderers })).installations.get('acme')
}

async function faultsOf(files: RepositoryFiles): Promise<readonly string[]> {
  return (await declared(files))?.faults.map(describeFault) ?? []
}

const objectOf = (installation: Installation | undefined, kind: string) =>
  JSON.parse(JSON.stringify(installation?.objects.find(({ object }) => object.kind === kind)?.object ?? null))

test('values are filled in with their types after Kustomize has built an overlay', async (t) => {
  const installation = await declared({ ...OVERLAY, 'acme/acme.yaml': acme('{values: {replicas: 3}}') })
  t.deepEqual(installation?.faults, [])
  t.deepEqual(objectOf(installation, 'Deployment'), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'eu-web' },
    spec: {
      replicas: 3,
      template: { spec: { containers: [{ name: 'web', image: 'web:latest', args: ['${values.tag}'] }] } },
    },
  })
  t.is(objectOf(installation, 'ConfigMap').data['run.sh'], SCRIPT)
})

test('without values nothing in an overlay is a reference', async (t) => {
  const text = `${SCRIPT} \${values.x} $\${values.x} \${installation.name} \${values.`
  const files = {
    'acme/kustomization.yaml': 'configMapGenerator: [{name: script, files: [run.sh, values.yaml]}]\n',
    'acme/run.sh': text,
    'acme/values.yaml': 'of: another program\n---\n- ${values.b}\n',
  }
  const installation = await declared(files)
  t.deepEqual(installation?.faults, [])
  t.deepEqual(objectOf(installation, 'ConfigMap').data, {
    'run.sh': text,
    'values.yaml': files['acme/values.yaml'],
  })
})

test('a values.yaml beside a kustomization holds the defaults', async (t) => {
  const files = { ...OVERLAY, 'acme/values.yaml': 'replicas: 2\ntag: "1"\n' }
  const plain = await declareFiles(files, { renderers })
  t.deepEqual(plain.installations.get('acme')?.faults.map(describeFault), [
    'acme/kustomization.yaml:2: undefined value: installation.labels.region, at line 1 of the rendered output',
    'acme/kustomization.yaml:2: undefined value: installation.labels.region, at line 8 of the rendered output',
  ])
  const own = { ...files, 'acme/acme.yaml': acme('{values: {tag: "2"}}') }
  const { made } = await declareFiles(own, { renderers })
  t.like(objectOf(made.get('acme')?.installation, 'Deployment').spec, { replicas: 2 })
  const { ready, declared } = made.get('acme') ?? {}
  const [defaults] = (ready ?? []).flatMap((each) => ('defaults' in each ? (each.defaults ?? []) : []))
  t.deepEqual(
    explainValues([...(defaults ? [defaults] : []), ...(declared?.declaration.layers ?? [])]).map(
      ({ path, said: { location, value } }) => [path, value, location],
    ),
    [
      ['values.replicas', 2, { file: 'acme/values.yaml', line: 1 }],
      ['values.tag', '2', { file: 'acme/acme.yaml', line: 4 }],
    ],
  )
})

test('a values.schema.json beside a kustomization is applied to the values', async (t) => {
  const files = {
    ...OVERLAY,
    'acme/values.schema.json': '{"properties": {"replicas": {"type": "integer"}}}',
    'acme/acme.yaml': acme('{values: {replicas: many}}'),
  }
  t.deepEqual(await faultsOf(files), [
    'acme/acme.yaml:4: a value that the template does not accept: values.replicas is "many"; expected an integer',
  ])
})

test('an undefined value is told where the overlay refers to it', async (t) => {
  const files = { ...OVERLAY, 'acme/acme.yaml': acme('{values: {tag: a}}') }
  t.deepEqual(await faultsOf(files), [
    'base/web.yaml:5: undefined value: values.replicas, at line 8 of the rendered output',
  ])
})

test('a name that values make invalid is a fault, and so is a broken reference', async (t) => {
  const named = (name: string) => ({
    'acme/kustomization.yaml': 'resources: [a.yaml]\n',
    'acme/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${name}"}\n`,
    'acme/acme.yaml': acme('{values: {name: "A b", list: [1]}}'),
  })
  t.regex(String(await faultsOf(named('${values.name}'))), /^acme\/kustomization\.yaml:1: .*metadata\.name/)
  t.regex(String(await faultsOf(named('x-${values.list}'))), /is a list/)
  t.regex(String(await faultsOf(named('x-${values.'))), /unclosed/)
})

test('encrypted defaults of an overlay are decrypted, and what they fill in is secret', async (t) => {
  const key = /^AGE-SECRET-KEY-\S+$/m.exec(fixture('keys/age.txt'))?.[0] ?? ''
  const files = {
    'acme/kustomization.yaml': 'resources: [a.yaml]\n',
    'acme/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {pass: "x-${values.pass}"}\n',
    'acme/values.yaml': await sealed({ pass: 'hunter2' }, key),
  }
  const { decrypt } = new Keyring({ ageKey: new Secret(key) })
  await using opening = new Renderers({ decrypt })
  const closed = await declareFiles(files, { renderers })
  t.deepEqual(
    closed.installations.get('acme')?.faults.map(({ code, location }) => [code, location?.file]),
    [['undecryptable', 'acme/values.yaml']],
  )
  const { installations } = await declareFiles(files, { renderers: opening, decrypt, previous: closed })
  const installation = installations.get('acme')
  t.deepEqual(installation?.faults, [])
  t.deepEqual(objectOf(installation, 'ConfigMap').data, { pass: 'x-hunter2' })
  t.deepEqual(installation?.objects.at(-1)?.sensitive?.places, [['data', 'pass']])
})

test('references that stand for too much are a fault', async (t) => {
  const lines = Array.from({ length: 100 }, (_, index) => `  a${index}: "\${values.big}"`)
  const files = {
    'acme/kustomization.yaml': 'resources: [a.yaml]\n',
    'acme/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n${lines.join('\n')}\n`,
    'acme/acme.yaml': acme(`{values: {big: "${'x'.repeat(1024 ** 2)}"}}`),
  }
  t.regex((await faultsOf(files))[0] ?? '', /expand to more than 64 MiB/)
})
