import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { load } from 'js-yaml'
import { startGitServer } from '../../src/sandbox/git-server.ts'
import { workingCopy } from '../../src/sandbox/working-copy.ts'
import { reeve } from '../helpers/reeve.ts'

const FILES = {
  'templates/chat/values.yaml': 'replicas: 1\ntheme:\n  color: grey\n',
  'templates/chat/chat.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\n',
  'groups.yaml': [
    'apiVersion: reeve.dev/v1alpha1',
    'kind: InstallationGroup',
    'metadata: {name: all}',
    'spec:',
    '  template: {path: templates/chat}',
    '  version: "1"',
    '  enforced: {values: {theme: {color: red}}}',
    '',
  ].join('\n'),
  'fleet/acme.yaml': [
    'apiVersion: reeve.dev/v1alpha1',
    'kind: Installation',
    'metadata: {name: acme}',
    'spec:',
    '  group: all',
    '  values: {theme: {color: blue}, host: "${installation.name}.example.com"}',
    '',
  ].join('\n'),
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'fleet/chart.yaml': [
    'apiVersion: reeve.dev/v1alpha1',
    'kind: Installation',
    'metadata: {name: redis-a, labels: {app: redis}}',
    'spec: {template: {path: charts/web}, namespace: a, releaseName: "${installation.labels.app}"}',
    '',
  ].join('\n'),
}

async function repository(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-explain-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  return directory
}

test('each final value is shown with its place and what it overrides', async (t) => {
  const { code, stdout, stderr } = await reeve(['explain', 'acme', await repository(t)])
  t.is(code, 0)
  t.is(stderr, '')
  t.is(
    stdout,
    [
      'acme',
      '  template: templates/chat',
      '  group: all',
      '',
      'version: "1"',
      '  groups.yaml:6, group all',
      '',
      'values.host: "acme.example.com"',
      '  fleet/acme.yaml:6, installation acme',
      '',
      'values.replicas: 1',
      '  templates/chat/values.yaml:1, template templates/chat',
      '',
      'values.theme.color: "red"',
      '  groups.yaml:7, enforced by group all',
      '  overrides "blue": fleet/acme.yaml:6, installation acme',
      '  overrides "grey": templates/chat/values.yaml:3, template templates/chat',
      '',
    ].join('\n'),
  )
})

test('the same for programs', async (t) => {
  const { stdout } = await reeve(['explain', 'acme', await repository(t), '--output', 'yaml'])
  const { kind, settings } = load(stdout) as { kind: string; settings: readonly Record<string, unknown>[] }
  t.is(kind, 'Explanation')
  t.deepEqual(settings.at(-1), {
    path: 'values.theme.color',
    value: 'red',
    from: 'enforced',
    name: 'all',
    file: 'groups.yaml',
    line: 7,
    overrides: [
      { value: 'blue', from: 'installation', name: 'acme', file: 'fleet/acme.yaml', line: 6 },
      {
        value: 'grey',
        from: 'template',
        name: 'templates/chat',
        file: 'templates/chat/values.yaml',
        line: 3,
      },
    ],
  })
})

test('of a chart, the name of its release is told', async (t) => {
  const directory = await repository(t)
  const { stdout } = await reeve(['explain', 'redis-a', directory])
  t.regex(stdout, /^redis-a\n {2}template: charts\/web\n {2}namespace: a\n {2}release: redis\n/)
  const { stdout: document } = await reeve(['explain', 'redis-a', directory, '--output', 'json'])
  t.like(JSON.parse(document), { namespace: 'a', releaseName: 'redis' })
})

test('of one that is pinned, what it inherits is told as it was at that commit, with its places there', async (t) => {
  await using server = await startGitServer()
  await using work = await workingCopy(server)
  const push = async (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) await work.write(path, text)
    const commit = await work.commit('Change')
    await work.push()
    return commit
  }
  const commit = await push(FILES)
  await push({
    'groups.yaml': FILES['groups.yaml'].replace('spec:', 'spec:\n  # the next release').replace('"1"', '"2"'),
    'fleet/acme.yaml': `${FILES['fleet/acme.yaml']}  revision: ${commit}\n`,
  })
  const dataDir = await mkdtemp(join(tmpdir(), 'reeve-explain-data-'))
  t.teardown(() => rm(dataDir, { recursive: true, force: true }))
  const options = ['--repo', server.url, '--data-dir', dataDir]
  const { stdout, stderr } = await reeve(['explain', 'acme', ...options])
  t.is(stderr, '')
  t.regex(
    stdout,
    new RegExp(
      `\\n {2}pinned to ${commit.slice(0, 12)}\\n[^]*version: "1"\\n {2}groups.yaml:6, group all\\n`,
    ),
  )
  t.regex(stdout, /theme.color: "red"\n {2}groups.yaml:7, enforced by group all/)
  const inDirectory = await reeve(['explain', 'acme', work.directory])
  t.regex(inDirectory.stdout, /, but what it inherits is shown as it is here\n[\s\S]*version: "2"\n/)
})

test('an installation that is not there, and no name at all, are told', async (t) => {
  const directory = await repository(t)
  const unknown = await reeve(['explain', 'acne', directory])
  t.is(unknown.code, 2)
  t.regex(unknown.stderr, /no such installation: acne/)
  const nameless = await reeve(['explain'])
  t.is(nameless.code, 2)
  t.regex(nameless.stderr, /NAME is missing: the name of the installation/)
})
