import { hash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import { Keyring } from '../../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../../src/model/fault.ts'
import { isJsonObject } from '../../../../src/model/json.ts'
import { parseYaml } from '../../../../src/stages/declare/yaml/parse-yaml.ts'
import { packageChart } from '../../../adapters/source/package-chart.ts'
import { scene } from '../../../adapters/source/scene.ts'
import { declareFiles } from '../../../helpers/declare-files.ts'
import { type Helm, helmFor } from '../../../helpers/helm.ts'
import { type OciRegistry, startOciRegistry } from '../../../helpers/oci-registry/oci-registry.ts'
import { findRenderers } from '../../../helpers/renderers.ts'
import { directoryOf } from '../../../helpers/temporary-directory.ts'

const { helm3, helm4 } = await findRenderers()

const test = anyTest as TestFn<{ readonly registry: OciRegistry }>

test.before(async (t) => {
  t.timeout(600_000, 'building the registry')
  t.context = { registry: await startOciRegistry() }
})

test.after.always(({ context }) => context.registry?.[Symbol.asyncDispose]())

const chartYaml = (name: string, version: string, more = '') =>
  `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more}`

const configMap = (name: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-{{ .Chart.Name }}-${name}"}\ndata: ${data}\n`

const WEB = {
  'Chart.yaml': chartYaml('web', '1.4.2'),
  'values.yaml': 'color: blue\nexports: {shared: {shade: dark}}\n',
  'templates/web.yaml': configMap('web', '{color: "{{ .Values.color }}", files: "{{ .Files.Get "a.txt" }}"}'),
  'a.txt': 'hello',
}

const DB = {
  'Chart.yaml': chartYaml('db', '0.3.0'),
  'templates/db.yaml': configMap('db', '{version: "{{ .Chart.Version }}"}'),
}

/** Charts of a repository: an umbrella, and what it depends on beside it. */
const CHARTS = {
  'charts/umbrella/values.yaml': 'front: {color: red}\nspare: {enabled: false}\ntags: {backend: true}\n',
  'charts/umbrella/.helmignore': 'ignored.yaml\n',
  'charts/umbrella/templates/ignored.yaml': '{{ fail "it is ignored" }}',
  'charts/umbrella/templates/top.yaml': configMap(
    'top',
    '{shade: "{{ .Values.shade }}", {{ include "common.pair" . }}}',
  ),
  'charts/common/Chart.yaml': chartYaml('common', '2.0.0', 'type: library\n'),
  'charts/common/templates/_pair.tpl': '{{ define "common.pair" }}common: yes{{ end }}',
  'charts/api/Chart.yaml': chartYaml(
    'api',
    '1.1.0',
    'dependencies: [{name: common, version: 2.x, repository: "file://../common"}]\n',
  ),
  'charts/api/.helmignore': '# private\n/ci/\n*.draft.yaml\n',
  'charts/api/ci/broken.yaml': '{{ fail "never" }}',
  'charts/api/templates/a.draft.yaml': '{{ fail "it is a draft" }}',
  'charts/api/templates/ignored.yaml': configMap(
    'api',
    '{ {{ include "common.pair" . }}, ci: "{{ .Files.Get "ci/broken.yaml" }}"}',
  ),
}

const dependenciesOf = (repository: string, registry: string) => `dependencies:
- {name: web, version: ">=1.4 <2", repository: "${repository}", alias: front, import-values: [shared]}
- name: web
  version: ~1.4.0
  repository: "${repository}"
  alias: spare
  condition: spare.enabled
- {name: db, version: 0.3.0, repository: "oci://${registry}/charts", tags: [backend]}
- {name: db, version: 0.3.0, repository: "oci://${registry}/charts", alias: cold, tags: [frontend], condition: cold.enabled}
- {name: api, version: ^1.0.0, repository: "file://../api"}
- {name: common, version: 2.0.0, repository: file://../common}
`

const INSTALLATION =
  'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {template: {path: charts/umbrella}, values: {cold: {enabled: false}}}\n'

/** What Helm renders after `helm dependency build`, and the lock file that it writes. */
async function built(helm: Helm, directory: string) {
  const chart = join(directory, 'charts/umbrella')
  await helm('dependency', 'update', join(directory, 'charts/api'), '--plain-http')
  await helm('dependency', 'update', chart, '--plain-http')
  await rm(join(chart, 'charts'), { recursive: true })
  await helm('dependency', 'build', chart, '--plain-http')
  const packages = await readdir(join(chart, 'charts'))
  const text = await helm('template', 'acme', chart, '--set', 'cold.enabled=false')
  return { text, packages, lock: await readFile(join(chart, 'Chart.lock'), 'utf8') }
}

for (const [name, program] of Object.entries({ 'Helm 3': helm3, 'Helm 4': helm4 }))
  test(`dependencies that are not there render as after helm dependency build of ${name}`, async (t) => {
    const { registry } = t.context
    await registry.push('charts/db', '0.3.0', packageChart(DB))
    const s = await scene(t)
    const repository = `${s.url}/repo`
    const entries = ['1.4.2', '1.4.1', '2.0.0'].map(
      (version) => `  - {apiVersion: v2, name: web, version: ${version}, urls: [web-${version}.tgz]}\n`,
    )
    s.replies.set('/repo/index.yaml', `apiVersion: v1\nentries:\n  web:\n${entries.join('')}`)
    s.replies.set('/repo/web-1.4.2.tgz', packageChart(WEB))
    const files = {
      ...CHARTS,
      'charts/umbrella/Chart.yaml': chartYaml('umbrella', '1.0.0', dependenciesOf(repository, registry.host)),
    }
    const directory = await directoryOf(t, files)
    await using helm = await helmFor(program, { kubeconfig: '/dev/null' })
    await helm('repo', 'add', 'test', repository)
    const { text, packages, lock } = await built(helm, directory)
    t.deepEqual(packages, ['api-1.1.0.tgz', 'common-2.0.0.tgz', 'db-0.3.0.tgz', 'web-1.4.2.tgz'])

    const { decrypt } = new Keyring()
    await using renderers = new Renderers({ decrypt, sources: s.open() })
    const committed = { ...files, 'charts/umbrella/Chart.lock': lock, 'fleet/acme.yaml': INSTALLATION }
    const { installations } = await declareFiles(committed, { renderers })
    t.deepEqual([...installations.keys()], ['acme'])
    const { objects = [], faults = [] } = installations.get('acme') ?? {}
    t.deepEqual(faults.map(describeFault), [])
    const rendered = objects.map(({ object }) => object).filter(({ kind }) => kind === 'ConfigMap')
    const expected = parseYaml(text, 'helm').flatMap(({ value }) => (isJsonObject(value) ? [value] : []))
    const sorted = (all: readonly object[]) => all.map((each) => JSON.stringify(each)).sort()
    t.is(expected.length, 4)
    t.deepEqual(sorted(rendered), sorted(expected))
  })

test('a chart of apiVersion v1 has its dependencies in requirements.yaml and requirements.lock', async (t) => {
  const repository = 'file://../common'
  const files = {
    'charts/umbrella/Chart.yaml': 'name: umbrella\nversion: 1.0.0\n',
    'charts/umbrella/requirements.yaml': `dependencies: [{name: common, version: ">=2", repository: "${repository}"}]\n`,
    'charts/umbrella/templates/top.yaml': configMap('top', '{ {{ include "common.pair" . }} }'),
    'charts/common/Chart.yaml': chartYaml('common', '2.0.0'),
    'charts/common/templates/_pair.tpl': CHARTS['charts/common/templates/_pair.tpl'],
    'fleet/acme.yaml': INSTALLATION,
  }
  const directory = await directoryOf(t, files)
  await using helm = await helmFor(helm3, { kubeconfig: '/dev/null' })
  await helm('dependency', 'update', join(directory, 'charts/umbrella'))
  const lock = await readFile(join(directory, 'charts/umbrella/requirements.lock'), 'utf8')
  const faultsWith = async (text: string) => {
    const { installations } = await declareFiles({ ...files, 'charts/umbrella/requirements.lock': text })
    return installations.get('acme')?.faults.map(({ code }) => code)
  }
  t.deepEqual(await faultsWith(lock), [])
  t.deepEqual(await faultsWith(lock.replace('2.0.0', '2.0.1')), ['stale-chart-lock'])
  // what Helm 2 wrote: the digest of the wanted dependencies alone
  const wanted = `{"dependencies":[{"name":"common","version":"\\u003e=2","repository":"${repository}"}]}`
  t.deepEqual(await faultsWith(lock.replace(/digest: .*/, `digest: sha256:${hash('sha256', wanted)}`)), [])
})
