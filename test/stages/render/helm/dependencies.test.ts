import test, { type ExecutionContext } from 'ava'
import { digestOf } from '../../../../src/adapters/source/charts/digest.ts'
import { Keyring } from '../../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../../src/model/fault.ts'
import { packageChart } from '../../../adapters/source/package-chart.ts'
import { type Scene, scene } from '../../../adapters/source/scene.ts'
import { declareFiles, type RepositoryFiles } from '../../../helpers/declare-files.ts'
import { until } from '../../../helpers/until.ts'

const { decrypt } = new Keyring()

const chartYaml = (name: string, version = '1.0.0', dependencies = '') =>
  `apiVersion: v2\nname: ${name}\nversion: ${version}\n${dependencies && `dependencies:\n${dependencies}`}`

const configMap = (name: string, value = '1') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`

const subchart = (version: string, value = version) =>
  packageChart({ 'Chart.yaml': chartYaml('chat', version), 'templates/a.yaml': configMap('chat', value) })

const installation = (template = '{path: charts/umbrella}') =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {template: ${template}}\n`

const umbrella = (dependencies: string, more: RepositoryFiles = {}) => ({
  'charts/umbrella/Chart.yaml': chartYaml('umbrella', '1.0.0', dependencies),
  'fleet/acme.yaml': installation(),
  ...more,
})

/** A chart repository with versions of the chart `chat`. */
function serve({ replies, url }: Scene, packages: Readonly<Record<string, Uint8Array>>): string {
  const entries = Object.keys(packages).map((version) => ({ version, urls: [`chat-${version}.tgz`] }))
  replies.set('/repo/index.yaml', JSON.stringify({ entries: { chat: entries } }))
  for (const [version, bytes] of Object.entries(packages)) replies.set(`/repo/chat-${version}.tgz`, bytes)
  return `${url}/repo`
}

function renderersOf(t: ExecutionContext, { open }: Pick<Scene, 'open'>): Renderers {
  const renderers = new Renderers({ decrypt, sources: open() })
  t.teardown(() => renderers[Symbol.asyncDispose]())
  return renderers
}

/** Name and value of each ConfigMap, and all faults. */
async function declared(files: RepositoryFiles, renderers?: Renderers) {
  const fleet = await declareFiles(files, renderers ? { renderers } : {})
  const all = [...fleet.installations.values()]
  const objects = all.flatMap((each) => each.objects.map(({ object }) => object))
  const maps = objects.filter(({ kind }) => kind === 'ConfigMap')
  return {
    fleet,
    maps: maps.map(({ metadata, data }) => `${metadata.name} ${(data as { value: string }).value}`),
    faults: all.flatMap((each) => each.faults.map(describeFault)),
  }
}

test('an exact dependency needs no lock file', async (t) => {
  const s = await scene(t)
  const repository = serve(s, { '1.0.0': subchart('1.0.0'), '1.1.0': subchart('1.1.0') })
  const files = umbrella(`- {name: chat, version: 1.0.0, repository: "${repository}"}\n`)
  const { maps, faults } = await declared(files, renderersOf(t, s))
  t.deepEqual(faults, [])
  t.deepEqual(maps, ['chat 1.0.0'])
})

test('another commit with the same dependencies asks no server, and a restart needs none', async (t) => {
  const s = await scene(t)
  const repository = serve(s, { '1.0.0': subchart('1.0.0') })
  const files = umbrella(`- {name: chat, version: 1.0.0, repository: "${repository}"}\n`)
  const renderers = renderersOf(t, s)
  const first = await declareFiles(files, { renderers })
  const asked = s.asked.length
  const second = await declareFiles(
    { ...files, 'other/a.yaml': configMap('a') },
    { renderers, previous: first },
  )
  t.is(second.installations.get('acme'), first.installations.get('acme'))
  t.is(s.asked.length, asked)
  await s.server.stop()
  const { maps, faults, fleet } = await declared(files, renderersOf(t, s))
  t.deepEqual([maps, faults], [['chat 1.0.0'], []])
  t.is(fleet.installations.get('acme')?.source, first.installations.get('acme')?.source)
})

test('what was fetched is part of what an installation is made from', async (t) => {
  const sources = await Promise.all(
    ['one', 'other'].map(async (value) => {
      const s = await scene(t)
      serve(s, { '1.0.0': subchart('1.0.0', value) })
      s.replies.set(
        '/repo/index.yaml',
        JSON.stringify({ entries: { chat: [{ version: '1.0.0', urls: [`${s.url}/repo/chat-1.0.0.tgz`] }] } }),
      )
      const { fleet } = await declared(
        umbrella(`- {name: chat, version: 1.0.0, repository: "${s.url}/repo"}\n`),
        renderersOf(t, s),
      )
      return fleet.made.get('acme')?.ready[0]
    }),
  )
  const digests = sources.map((ready) => ready && 'digest' in ready && ready.digest)
  t.is(new Set(digests).size, 2)
})

test('a dependency that is in charts/ is not fetched, whatever its version', async (t) => {
  const s = await scene(t)
  const { maps, faults } = await declared(
    umbrella(
      [
        '- {name: chat, version: ">=9", repository: "https://charts.invalid"}',
        '- {name: own, version: 1.0.0, repository: ""}',
        '- {name: other, version: 1.x, repository: "@team"}\n',
      ].join('\n'),
      {
        'charts/umbrella/charts/chat-9.0.0.tgz': subchart('9.0.0'),
        'charts/umbrella/charts/own/Chart.yaml': chartYaml('own'),
        'charts/umbrella/charts/own/templates/a.yaml': configMap('own'),
        'charts/umbrella/charts/renamed/Chart.yaml': chartYaml('other'),
        'charts/umbrella/Chart.lock': 'digest: stale\n',
      },
    ),
    renderersOf(t, s),
  )
  t.deepEqual([maps, faults, s.asked], [['chat 9.0.0', 'own 1'], [], []])
})

test('charts of the repository depend on each other, and are no unused templates', async (t) => {
  const files = {
    ...umbrella(
      '- {name: a, version: 1.x, repository: "file://../a"}\n- {name: c, version: "*", repository: "file://../c/"}\n',
    ),
    'charts/a/Chart.yaml': chartYaml(
      'a',
      '1.2.0',
      '- {name: b, version: 1.0.0, repository: "file://../../lib/b"}\n',
    ),
    'charts/a/templates/a.yaml': configMap('a'),
    'lib/b/Chart.yaml': chartYaml('b'),
    'lib/b/templates/b.yaml': configMap('b'),
    'charts/c/Chart.yaml': chartYaml('c'),
    'charts/c/templates/c.yaml': configMap('c'),
  }
  const { maps, faults, fleet } = await declared(files)
  t.deepEqual(
    [maps.toSorted(), faults, [...fleet.installations.keys()]],
    [['a 1', 'b 1', 'c 1'], [], ['acme']],
  )
  const changed = await declareFiles(
    { ...files, 'lib/b/templates/b.yaml': configMap('b', '2') },
    { previous: fleet },
  )
  t.true(JSON.stringify(changed.installations.get('acme')?.objects).includes('"value":"2"'))
})

test('a chart from elsewhere without its dependencies gets them, too', async (t) => {
  const s = await scene(t)
  const repository = serve(s, { '1.0.0': subchart('1.0.0') })
  const bare = packageChart({
    'Chart.yaml': chartYaml('bare', '1.0.0', `- {name: chat, version: 1.0.0, repository: "${repository}"}\n`),
  })
  s.replies.set(
    '/bare/index.yaml',
    'entries: {bare: [{version: 1.0.0, urls: [bare.tgz]}], local: [{version: 1.0.0, urls: [local.tgz]}]}',
  )
  s.replies.set('/bare/bare.tgz', bare)
  s.replies.set(
    '/bare/local.tgz',
    packageChart({
      'Chart.yaml': chartYaml('local', '1.0.0', '- {name: a, version: 1.0.0, repository: "file://../a"}\n'),
    }),
  )
  const template = (name: string) =>
    installation(
      `{chart: {repository: "${s.url}/bare", name: ${name}, version: 1.0.0, digest: "${digestOf(bare)}"}}`,
    )
  const { maps, faults } = await declared({ 'fleet/acme.yaml': template('bare') }, renderersOf(t, s))
  t.deepEqual([maps, faults], [['chat 1.0.0'], []])
  const local = await declared(
    { 'fleet/acme.yaml': template('local').replace(/, digest: [^}]*/, '') },
    renderersOf(t, s),
  )
  t.deepEqual(local.faults, [
    'local-1.0.0.tgz/Chart.yaml:5: a dependency of a chart that Reeve cannot fetch: "a": "file://../a" leads out of the repository',
  ])
})

test('a dependency that is away holds its installations only, and comes when it is back', async (t) => {
  const s = await scene(t)
  const renderers = renderersOf(t, s)
  const files = {
    ...umbrella(
      `- {name: chat, version: 1.0.0, repository: "${s.url}/repo"}\n- {name: gone, version: 1.0.0, repository: "${s.url}/gone"}\n`,
    ),
    'near/a.yaml': configMap('near'),
  }
  const away = await declared(files, renderers)
  t.deepEqual(away.maps, ['near 1'])
  t.deepEqual(away.faults, [
    `charts/umbrella/Chart.yaml:5: template not found: chart chat 1.0.0: ${s.url}/repo/index.yaml: HTTP status 404`,
    `charts/umbrella/Chart.yaml:6: template not found: chart gone 1.0.0: ${s.url}/gone/index.yaml: HTTP status 404`,
  ])
  serve(s, { '1.0.0': subchart('1.0.0') })
  s.replies.set('/gone/index.yaml', 'entries: {gone: [{version: 1.0.0, urls: [gone.tgz]}]}')
  s.replies.set('/gone/gone.tgz', packageChart({ 'Chart.yaml': chartYaml('gone') }))
  await until('the dependencies', async () => (await declared(files, renderers)).faults.length === 0)
  t.deepEqual((await declared(files, renderers)).maps, ['chat 1.0.0', 'near 1'])
})

const bad = 'a dependency of a chart that Reeve cannot fetch'
const HTTPS = 'https://charts.invalid'

const refusals: Readonly<Record<string, readonly [string, string]>> = {
  'with a range and no lock file': [
    `{name: chat, version: ^1.0.0, repository: "${HTTPS}"}`,
    'a dependency of a chart with a range of versions, and no Chart.lock: chat ^1.0.0',
  ],
  'whose version is none': [
    `{name: chat, version: latest, repository: "${HTTPS}"}`,
    `${bad}: "chat": "latest" is neither a version nor a range`,
  ],
  'without a version': [
    `{name: chat, repository: "${HTTPS}"}`,
    `${bad}: "chat": "" is neither a version nor a range`,
  ],
  'without a repository': [
    '{name: chat, version: 1.0.0}',
    `${bad}: "chat": it names no repository, and charts/ does not have it`,
  ],
  'of a repository that one machine knows': [
    '{name: chat, version: 1.0.0, repository: "@team"}',
    `${bad}: "chat": "@team" is a name in the configuration of Helm on one machine`,
  ],
  'of an alias': [
    '{name: chat, version: 1.0.0, repository: "alias:team"}',
    `${bad}: "chat": "alias:team" is a name in the configuration of Helm on one machine`,
  ],
  'of a repository of a plugin': [
    '{name: chat, version: 1.0.0, repository: "s3://charts"}',
    `${bad}: "chat": its repository is no URL that Reeve fetches from`,
  ],
  'of a URL with credentials': [
    '{name: chat, version: 1.0.0, repository: "https://user:secret@charts.invalid"}',
    `${bad}: "chat": its repository is no URL that Reeve fetches from`,
  ],
  'whose name leads out': [
    `{name: ../../chat, version: 1.0.0, repository: "${HTTPS}"}`,
    `${bad}: "../../chat": not the name of a chart`,
  ],
  'whose name is a key of every object': [
    `{name: __proto__, version: 1.0.0, repository: "${HTTPS}"}`,
    `${bad}: "__proto__": not the name of a chart`,
  ],
  'whose directory leads out': [
    '{name: chat, version: 1.0.0, repository: "file://../../../../etc"}',
    `${bad}: "chat": "file://../../../../etc" leads out of the repository`,
  ],
  'whose directory is absolute': [
    '{name: chat, version: 1.0.0, repository: "file:///etc"}',
    `${bad}: "chat": "file:///etc" leads out of the repository`,
  ],
  'whose directory is none': [
    '{name: chat, version: 1.0.0, repository: "file://../none"}',
    `${bad}: "chat": charts/none has no Chart.yaml`,
  ],
  'whose directory has another version': [
    '{name: a, version: 2.x, repository: "file://../a"}',
    `${bad}: "a": charts/a has the version "1.0.0", not 2.x`,
  ],
  'that depends on itself': [
    '{name: b, version: 1.0.0, repository: "file://../b"}',
    `${bad}: b depends on itself`,
  ],
}

for (const [title, [dependency, expected]] of Object.entries(refusals))
  test(`a dependency ${title} is a fault at its line`, async (t) => {
    const s = await scene(t)
    const { faults } = await declared(
      umbrella(`- ${dependency}\n`, {
        'charts/a/Chart.yaml': chartYaml('a'),
        'charts/b/Chart.yaml': chartYaml(
          'b',
          '1.0.0',
          '- {name: b, version: 1.0.0, repository: "file://."}\n',
        ),
      }),
      renderersOf(t, s),
    )
    const found = faults.filter((text) => !text.includes('a template that no installation uses'))
    const file = title === 'that depends on itself' ? 'charts/b' : 'charts/umbrella'
    t.deepEqual(found, [`${file}/Chart.yaml:5: ${expected}`])
    t.deepEqual(s.asked, [])
  })

test('a lock file that was made for other dependencies is a fault at its digest', async (t) => {
  const lock = `dependencies:\n- {name: chat, version: 1.0.0, repository: "${HTTPS}"}\ndigest: sha256:${'0'.repeat(64)}\n`
  const { faults } = await declared(
    umbrella(`- {name: chat, version: 1.x, repository: "${HTTPS}"}\n`, {
      'charts/umbrella/Chart.lock': lock,
    }),
  )
  t.deepEqual(faults, [
    'charts/umbrella/Chart.lock:3: the lock file of a chart does not match its dependencies',
  ])
})

test('charts that depend on each other without end in sight are a fault', async (t) => {
  const chain = Array.from({ length: 12 }, (_, index) => {
    const next = `"file://../c${index + 1}"`
    return [
      `charts/c${index}/Chart.yaml`,
      chartYaml(
        `c${index}`,
        '1.0.0',
        `- {name: one, version: 1.0.0, repository: ${next}}\n- {name: two, version: 1.0.0, repository: ${next}}\n`,
      ),
    ]
  })
  const { faults } = await declared({
    ...umbrella('- {name: c0, version: 1.0.0, repository: "file://../c0"}\n'),
    ...Object.fromEntries(chain),
    'charts/c12/Chart.yaml': chartYaml('c12'),
  })
  t.deepEqual(faults, [
    `charts/umbrella/Chart.yaml:1: ${bad}: it has more than 100 charts or 10000 files by its dependencies`,
  ])
})

test('what is no list of dependencies is left to Helm', async (t) => {
  for (const more of ['dependencies: x\n', 'dependencies: [a, null, 1]\n', '{ [', 'dependencies: []\n']) {
    const { faults } = await declared({
      'charts/umbrella/Chart.yaml': `${chartYaml('umbrella')}${more}`,
      'fleet/acme.yaml': installation(),
    })
    for (const found of faults) t.regex(found, /the Helm chart cannot be rendered/)
  }
})
