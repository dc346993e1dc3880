import test, { type ExecutionContext } from 'ava'
import { digestOf } from '../../../src/adapters/source/charts/digest.ts'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../src/model/fault.ts'
import { packageChart } from '../../adapters/source/package-chart.ts'
import { type Scene, scene } from '../../adapters/source/scene.ts'
import { declareFiles, type RepositoryFiles } from '../../helpers/declare-files.ts'

const { decrypt } = new Keyring()

const packed = (version: string) =>
  packageChart({
    'Chart.yaml': `apiVersion: v2\nname: chat\nversion: ${version}\n`,
    'templates/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {version: ${version}}\n`,
  })

const VERSIONS = ['1.4.0', '1.4.1', '2.0.0']

function serve({ replies, url }: Scene): string {
  const chat = VERSIONS.map((version) => ({ version, urls: [`chat-${version}.tgz`] }))
  replies.set('/repo/index.yaml', JSON.stringify({ entries: { chat } }))
  for (const version of VERSIONS) replies.set(`/repo/chat-${version}.tgz`, packed(version))
  return `${url}/repo`
}

function renderersOf(t: ExecutionContext, { open }: Scene): Renderers {
  const renderers = new Renderers({ decrypt, sources: open() })
  t.teardown(() => renderers[Symbol.asyncDispose]())
  return renderers
}

const installation = (name: string, repository: string, version: string) => ({
  [`fleet/${name}.yaml`]: `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {chart: {repository: "${repository}", name: chat, version: "${version}"}}}\n`,
})

const lock = (...entries: readonly object[]) => ({ 'reeve.lock.yaml': JSON.stringify({ charts: entries }) })

const entry = (repository: string, range: string, version: string) => ({
  repository,
  name: 'chat',
  range,
  version,
  digest: digestOf(packed(version)),
})

async function declared(files: RepositoryFiles, renderers: Renderers) {
  const fleet = await declareFiles(files, { renderers })
  const all = [...fleet.installations.values()]
  const maps = all
    .flatMap(({ objects }) => objects.map(({ object }) => object))
    .filter(({ kind }) => kind === 'ConfigMap')
  return {
    names: [...fleet.installations.keys()],
    versions: maps.map(({ metadata, data }) => `${metadata.name} ${(data as { version: string }).version}`),
    faults: all.flatMap((each) => each.faults.map(describeFault)),
  }
}

test('a range is the version that the lock file of the commit says, and never another', async (t) => {
  const s = await scene(t)
  const repository = serve(s)
  const renderers = renderersOf(t, s)
  const files = {
    ...installation('a', repository, '^1.4.0'),
    ...installation('b', repository, '>=1.4 <3'),
    ...installation('c', repository, '1.4.1'),
  }
  const locks = (version: string) =>
    lock(entry(repository, '^1.4.0', version), entry(repository, '>=1.4 <3', '2.0.0'))
  const first = await declared({ ...files, ...locks('1.4.0') }, renderers)
  t.deepEqual(first, { names: ['a', 'b', 'c'], versions: ['a 1.4.0', 'b 2.0.0', 'c 1.4.1'], faults: [] })
  const second = await declared({ ...files, ...locks('1.4.1') }, renderers)
  t.deepEqual(second.versions, ['a 1.4.1', 'b 2.0.0', 'c 1.4.1'])
})

test('only what a changed lock file concerns is rendered again', async (t) => {
  const s = await scene(t)
  const repository = serve(s)
  const renderers = renderersOf(t, s)
  const files = { ...installation('a', repository, '^1.4.0'), ...installation('b', repository, '2.x') }
  const locks = (version: string) =>
    lock(entry(repository, '^1.4.0', version), entry(repository, '2.x', '2.0.0'))
  const first = await declareFiles({ ...files, ...locks('1.4.0') }, { renderers })
  const second = await declareFiles({ ...files, ...locks('1.4.1') }, { renderers, previous: first })
  t.is(second.installations.get('b'), first.installations.get('b'))
  t.not(second.installations.get('a')?.source, first.installations.get('a')?.source)
})

test('a range without a version is a fault that asks once what it would be', async (t) => {
  const s = await scene(t)
  const repository = serve(s)
  const renderers = renderersOf(t, s)
  const files = { ...installation('a', repository, '^1.4.0'), ...lock(entry(repository, '1.x', '1.4.0')) }
  const expected = [
    'fleet/a.yaml:4: a range of versions that reeve.lock.yaml has no version for: chart chat ^1.4.0, which would be 1.4.1',
  ]
  t.deepEqual((await declared(files, renderers)).faults, expected)
  t.deepEqual((await declared(files, renderers)).faults, expected)
  t.deepEqual(s.asked, ['/repo/index.yaml'])
  await s.server.stop()
  const away = await declared(files, renderersOf(t, s))
  t.deepEqual(away.faults, [expected[0]?.replace(/, which.*/, '')])
})

test('a package that is not what the lock file says is refused', async (t) => {
  const s = await scene(t)
  const repository = serve(s)
  s.replies.set('/repo/chat-1.4.0.tgz', packed('6.6.6'))
  const files = { ...installation('a', repository, '^1.4.0'), ...lock(entry(repository, '^1.4.0', '1.4.0')) }
  const { versions, faults } = await declared(files, renderersOf(t, s))
  t.deepEqual(versions, [])
  t.regex(faults.join(), /does not match its pinned digest: chart chat 1\.4\.0/)
})

const D = `sha256:${'0'.repeat(64)}`
const hostile: readonly (readonly [string, RegExp])[] = [
  ['charts: 1', /:1: not a lock file that Reeve writes: charts is not a list/],
  ['[]', /charts is not a list/],
  ['charts: [1]', /an entry without repository as text/],
  [
    'charts:\n- {repository: R, name: chat, range: ^1.4.0, version: 1.40, digest: D}',
    /:2: .*an entry without version as text/,
  ],
  [
    `charts:\n- {repository: R, name: chat, range: ^1.4.0, version: 2.0.0, digest: ${D}}`,
    /:2: .*is no version in the range/,
  ],
  [
    'charts:\n- {repository: R, name: chat, range: ^1.4.0, version: 1.4.0, digest: ../../x}',
    /with a digest sha256/,
  ],
  [
    `charts:\n- {repository: R, name: chat, range: ^1.4.0, version: ../../1.4.0, digest: ${D}}`,
    /is no version in the range/,
  ],
  ['{ [', /not valid YAML/],
  [
    `__proto__: {charts: [${'['.repeat(50)}${']'.repeat(50)}]}`,
    /key that Reeve refuses|charts is not a list/,
  ],
]

for (const [text, expected] of hostile)
  test(`a lock file ${text.replace(D, 'D')} is a fault of the ranges in it only`, async (t) => {
    const s = await scene(t)
    const repository = serve(s)
    const { versions, faults } = await declared(
      {
        ...installation('a', repository, '^1.4.0'),
        ...installation('b', repository, '1.4.1'),
        'reeve.lock.yaml': text.replace('repository: R', `repository: "${repository}"`),
      },
      renderersOf(t, s),
    )
    t.deepEqual(versions, ['b 1.4.1'])
    t.is(faults.length, 1)
    t.regex(faults[0] ?? '', expected)
    t.true(faults[0]?.startsWith('reeve.lock.yaml:'))
  })

test('a version that looks like a range of Helm is a version', async (t) => {
  const s = await scene(t)
  serve(s)
  const { faults } = await declared(installation('a', `${s.url}/repo`, '1.4'), renderersOf(t, s))
  t.regex(faults.join(), /has no version 1\.4 of chat/)
})
