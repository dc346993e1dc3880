import { chmod, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { reeve, reeveWithin } from '../helpers/reeve.ts'

const SECRET = 'only-on-the-host'
const outside = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: stolen}\ndata: {stolen: ${SECRET}}\n`

interface Place extends AsyncDisposable {
  /** The repository. */
  readonly fleet: string
  /** Files of the host beside the repository. */
  readonly host: string
}

/** A repository with these files, beside files of the host with a secret. */
async function placed(files: (place: { readonly host: string }) => Record<string, string>): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-paths-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  const [fleet, host] = [join(directory, 'fleet'), join(directory, 'host')]
  await mkdir(join(host, 'base'), { recursive: true })
  await writeFile(join(host, 'stolen.yaml'), outside)
  await writeFile(join(host, 'base', 'kustomization.yaml'), 'resources: [stolen.yaml]\n')
  await writeFile(join(host, 'base', 'stolen.yaml'), outside)
  await writeFile(join(host, 'run.sh'), `#!/bin/sh\ntouch ${join(host, 'was-run')}\n`)
  await chmod(join(host, 'run.sh'), 0o755)
  for (const [path, text] of Object.entries(files({ host }))) {
    await mkdir(dirname(join(fleet, path)), { recursive: true })
    await writeFile(join(fleet, path), text)
  }
  return { fleet, host, [Symbol.asyncDispose]: () => reaper.close() }
}

const own = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\ndata: {text: own}\n'
const kustomization = (text: string) => ({ 'acme/kustomization.yaml': text, 'acme/own.yaml': own })
const plugin = (annotation: string) =>
  `apiVersion: x.io/v1\nkind: Plugin\nmetadata:\n  name: p\n  annotations:\n    config.kubernetes.io/function: |\n      ${annotation}\n`

const attacks: Readonly<Record<string, (host: string) => Record<string, string>>> = {
  'a resource above the repository': () => kustomization('resources: [own.yaml, ../../host/stolen.yaml]'),
  'a base above the repository': () => kustomization('resources: [own.yaml, ../../host/base]'),
  'a base by its absolute path': (host) => kustomization(`resources: [own.yaml, ${host}/base]`),
  'a resource by its absolute path': (host) => kustomization(`resources: [own.yaml, ${host}/stolen.yaml]`),
  'a resource by file://': (host) => kustomization(`resources: [own.yaml, "file://${host}/stolen.yaml"]`),
  'a repository by file://': (host) => kustomization(`resources: [own.yaml, "git::file://${host}/base"]`),
  'a component above the repository': () =>
    kustomization('resources: [own.yaml]\ncomponents: [../../host/base]'),
  'a generator of files above the repository': () =>
    kustomization('configMapGenerator: [{name: a, files: [../../host/stolen.yaml]}]'),
  'a generator of environment files above the repository': () =>
    kustomization('secretGenerator: [{name: a, envs: [../../host/stolen.yaml]}]'),
  'a generator of an absolute path': (host) =>
    kustomization(`configMapGenerator: [{name: a, files: ["x=${host}/stolen.yaml"]}]`),
  'a patch above the repository': () =>
    kustomization('resources: [own.yaml]\npatches: [{path: ../../host/stolen.yaml}]'),
  'a strategic merge patch above the repository': () =>
    kustomization('resources: [own.yaml]\npatchesStrategicMerge: [../../host/stolen.yaml]'),
  'definitions above the repository': () =>
    kustomization('resources: [own.yaml]\ncrds: [../../host/stolen.yaml]'),
  'a configuration above the repository': () =>
    kustomization('resources: [own.yaml]\nconfigurations: [../../host/stolen.yaml]'),
  'a schema above the repository': () =>
    kustomization('resources: [own.yaml]\nopenapi: {path: ../../host/stolen.yaml}'),
  'replacements above the repository': () =>
    kustomization('resources: [own.yaml]\nreplacements: [{path: ../../host/stolen.yaml}]'),
  'a transformer above the repository': () =>
    kustomization('resources: [own.yaml]\ntransformers: [../../host/stolen.yaml]'),
  'a chart of the host': (host) =>
    kustomization(`helmCharts: [{name: base, releaseName: a}]\nhelmGlobals: {chartHome: ${host}}`),
  'a chart of the host, as before': (host) =>
    kustomization(`helmChartInflationGenerator: [{chartName: base, chartHome: ${host}}]`),
  'a program as a transformer': (host) => ({
    ...kustomization('resources: [own.yaml]\ntransformers: [plugin.yaml]'),
    'acme/plugin.yaml': plugin(`exec: {path: ${host}/run.sh}`),
  }),
  'a container as a generator': () => ({
    ...kustomization('generators: [plugin.yaml]'),
    'acme/plugin.yaml': plugin('container: {image: "evil.example/x", network: true}'),
  }),
  'a Starlark program as a validator': (host) => ({
    ...kustomization('resources: [own.yaml]\nvalidators: [plugin.yaml]'),
    'acme/plugin.yaml': plugin(`starlark: {path: ${host}/run.sh}`),
  }),
}

for (const [attack, files] of Object.entries(attacks))
  test(`an overlay reads nothing of the host: ${attack}`, async (t) => {
    await using place = await placed(({ host }) => files(host))
    const { code, stdout, stderr } = await reeveWithin(['validate', place.fleet])
    t.is(code, 1, stdout)
    t.regex(stdout, /acme\/(?:kustomization|plugin|own)\.yaml:\d+: |acme: /)
    t.false(`${stdout}${stderr}`.includes(SECRET))
    t.false((await readdir(place.host)).includes('was-run'))
  })

const links: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  'a file': ({ fleet, host }) => symlink(join(host, 'stolen.yaml'), join(fleet, 'acme/own.yaml')),
  'a relative file': ({ fleet }) => symlink('../../host/stolen.yaml', join(fleet, 'acme/own.yaml')),
  'a directory': ({ fleet, host }) => symlink(join(host, 'base'), join(fleet, 'acme/own.yaml')),
}

for (const [what, link] of Object.entries(links))
  test(`an overlay does not follow a link out of the repository to ${what}`, async (t) => {
    await using place = await placed(() => ({ 'acme/kustomization.yaml': 'resources: [own.yaml]' }))
    await link(place)
    const { code, stdout } = await reeveWithin(['validate', place.fleet])
    t.is(code, 1, stdout)
    t.false(stdout.includes(SECRET))
  })

test('a chart reads no file of the host, by .Files or by a link', async (t) => {
  await using place = await placed(({ host }) => ({
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/templates/a.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  above: {{ .Files.Get "../../../host/stolen.yaml" | quote }}
  absolute: {{ .Files.Get "${host}/stolen.yaml" | quote }}
  link: {{ .Files.Get "link" | quote }}
  home: {{ (list "HOME" | first) | quote }}
  all: {{ .Files | toJson | quote }}
`,
    'acme/i.yaml':
      'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {template: {path: charts/web}}\n',
  }))
  await symlink(join(place.host, 'stolen.yaml'), join(place.fleet, 'charts/web/link'))
  const { stdout, stderr } = await reeveWithin(['validate', place.fleet])
  t.false(`${stdout}${stderr}`.includes(SECRET))
})

test('helm, kustomize and kubectl in PATH are never run, and nothing that is rendered gets onto the disk', async (t) => {
  await using place = await placed(() => ({
    ...kustomization('resources: [own.yaml]'),
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/templates/a.yaml': own,
    'chart/i.yaml':
      'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: chart}\nspec: {values: {password: decrypted}, template: {path: charts/web}}\n',
  }))
  const [bin, temporary] = [join(place.host, 'bin'), join(place.host, 'tmp')]
  await Promise.all([mkdir(bin), mkdir(temporary)])
  for (const name of ['helm', 'kustomize', 'kubectl']) {
    await writeFile(join(bin, name), `#!/bin/sh\n/bin/cat /dev/null > ${join(place.host, 'was-run')}\n`)
    await chmod(join(bin, name), 0o755)
  }
  // Nothing is built: Go is not in PATH, and the cache is empty.
  const environment = { PATH: bin, XDG_CACHE_HOME: temporary, TMPDIR: temporary, REEVE_ENGINE: '' }
  const { code, stdout } = await reeve(['validate', place.fleet], environment)
  t.is(code, 1)
  t.regex(stdout, /no renderer for Helm charts and Kustomize overlays found/)
  t.false((await readdir(place.host)).includes('was-run'))
  t.deepEqual(
    (await readdir(temporary, { recursive: true })).filter((path) => /values|tree|render/.test(path)),
    [],
  )
})
