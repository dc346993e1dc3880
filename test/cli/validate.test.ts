import { cp, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { startGitServer } from '../../src/sandbox/git-server.ts'
import { workingCopy } from '../../src/sandbox/working-copy.ts'
import { reeve, reeveThrough } from '../helpers/reeve.ts'
import { directoryOf } from '../helpers/temporary-directory.ts'

const examples = fileURLToPath(new URL('../../examples/fleet', import.meta.url))
const mattermost = fileURLToPath(new URL('../../examples/mattermost', import.meta.url))

const configMap = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`

test('examples/fleet has no faults', async (t) => {
  const { code, stdout, stderr } = await reeve(['validate', examples])
  t.deepEqual(
    { code, stdout, stderr },
    { code: 0, stdout: '3 installations, 17 objects, no faults.\n', stderr: '' },
  )
})

test('examples/mattermost has no faults', async (t) => {
  const copy = await directoryOf(t, {})
  await cp(mattermost, copy, { recursive: true })
  const { code, stdout, stderr } = await reeve(['validate', copy])
  t.deepEqual(
    { code, stdout, stderr },
    { code: 0, stdout: '13 installations, 63 objects, no faults.\n', stderr: '' },
  )
})

const bad: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['broken YAML', 'apiVersion: v1\nkind: "Config\n', /a\/bad\.yaml:\d+: .*YAML/],
  ['a key twice', configMap('x', 'data: {a: b}\nkind: ConfigMap\n'), /a\/bad\.yaml:6: .*duplicate key/],
  ['no kind', 'apiVersion: v1\nmetadata: {name: x}\n', /a\/bad\.yaml:1: .*kind/],
  ['no name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n', /a\/bad\.yaml:\d: .*name/],
  ['an invalid name', configMap('Not_A_Name'), /a\/bad\.yaml:4: .*not a name/],
  [
    'generateName',
    'apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-}\n',
    /a\/bad\.yaml:3: .*generateName/,
  ],
  ['__proto__', configMap('x', 'data:\n  __proto__: {polluted: "true"}\n'), /a\/bad\.yaml:6: .*__proto__/],
  ['bytes that are not UTF-8', new Uint8Array([0x61, 0xff, 0xfe]), /a\/bad\.yaml:1: .*UTF-8/],
  [
    'a request that is no object',
    'apiVersion: authentication.k8s.io/v1\nkind: TokenReview\nmetadata: {name: x}\n',
    /a\/bad\.yaml:1: objects of this kind cannot be managed.*TokenReview/,
  ],
  ['a number as a label', configMap('x', '  labels: {a: 1}\n'), /a\/bad\.yaml:5: .*labels/],
]

for (const [what, content, expected] of bad) {
  test(`a file with ${what} is named with its line and what to do`, async (t) => {
    const directory = await directoryOf(t, { 'a/bad.yaml': content, 'b/good.yaml': configMap('good') })
    const { code, stdout, stderr } = await reeve(['validate', directory])
    t.is(code, 1, stderr)
    t.regex(stdout, expected)
    t.regex(stdout, /\n {4}\S/)
    t.is(stderr, '')
  })
}

test('all faults of all installations are named at once', async (t) => {
  const directory = await directoryOf(t, {
    'a/one.yaml': 'kind: ConfigMap\n',
    'b/two.yaml': configMap('Bad'),
    'b/three.yaml': 'a: [\n',
  })
  const { code, stdout } = await reeve(['validate', directory])
  t.is(code, 1)
  for (const file of ['a/one.yaml', 'b/two.yaml', 'b/three.yaml']) t.true(stdout.includes(`/${file}:`), file)
})

test('one object in two installations is named at both places', async (t) => {
  const directory = await directoryOf(t, {
    'a/web.yaml': configMap('web'),
    'b/web.yaml': configMap('web', '  namespace: default\n'),
    'c/web.yaml': configMap('web', '  namespace: other\n'),
  })
  const { code, stdout } = await reeve(['validate', directory])
  t.is(code, 1)
  t.regex(stdout, /a\/web\.yaml:1: one object declared in two places: .*also in b\/web\.yaml:1/)
  t.regex(stdout, /b\/web\.yaml:1: one object declared in two places: .*also in a\/web\.yaml:1/)
  t.notRegex(stdout, /c\/web\.yaml/)
})

test('a template makes one object in the namespace of each installation', async (t) => {
  const installation = (name: string, namespace: string) =>
    `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {path: t}, namespace: ${namespace}}\n`
  const directory = await directoryOf(t, {
    't/web.yaml': configMap('web'),
    't/values.yaml': '{}\n',
    'a.yaml': installation('a', 'one'),
    'b.yaml': installation('b', 'two'),
  })
  const apart = await reeve(['validate', directory])
  t.is(apart.code, 0, apart.stdout)
  await writeFile(path.join(directory, 'b.yaml'), installation('b', 'one'))
  t.regex((await reeve(['validate', directory])).stdout, /one object declared in two places/)
})

test('two installations that are one Helm release are told once each, whatever their objects', async (t) => {
  const installation = (name: string, spec: string) =>
    `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {path: charts/web}, ${spec}}\n`
  const web = (name: string) => configMap(`{{ .Release.Name }}-${name}`)
  const directory = await directoryOf(t, {
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/templates/web.yaml': `${web('a')}---\n${web('b')}`,
    'fleet/a.yaml': installation('a', 'namespace: one, releaseName: redis'),
    'fleet/b.yaml': installation('redis', 'namespace: one'),
    'fleet/c.yaml': installation('c', 'namespace: two, releaseName: redis'),
  })
  const { code, stdout } = await reeve(['validate', directory])
  t.is(code, 1)
  t.regex(stdout, /a\.yaml:1: two installations of one Helm release: one\/redis, also of redis\n/)
  t.regex(stdout, /b\.yaml:1: two installations of one Helm release: one\/redis, also of a\n/)
  t.regex(stdout, /, 2 faults\.\n/)
})

test('a symbolic link is not followed', async (t) => {
  const directory = await directoryOf(t, { 'a/good.yaml': configMap('good') })
  await symlink('/etc/passwd', path.join(directory, 'a/link.yaml'))
  const { code, stdout } = await reeve(['validate', directory])
  t.is(code, 1)
  t.regex(stdout, /a\/link\.yaml:1: .*symbolic link/)
  t.notRegex(stdout, /root:/)
})

test('a directory that is not there is wrong usage', async (t) => {
  const { code, stderr } = await reeve(['validate', '/nowhere'])
  t.is(code, 2)
  t.regex(stderr, /"\/nowhere" is not a directory/)
})

test('a directory without manifests is told what was looked at and what a first manifest would be', async (t) => {
  const empty = await directoryOf(t, {})
  const { code, stdout } = await reeve(['validate', '.'], {}, empty)
  t.is(code, 0)
  t.is(
    stdout,
    `No installations in the directory .: it has no files.
A directory that holds manifests is an installation, named by its path. A first
one could be the file

  # acme/hello.yaml
  apiVersion: v1
  kind: ConfigMap
  metadata:
    name: hello
  data:
    greeting: Hello

0 installations, 0 objects, no faults.
`,
  )
  const others = await directoryOf(t, { 'README.md': '# Hello', 'acme/run.sh': 'exit' })
  const found = await reeve(['validate', others])
  t.regex(found.stdout, /none of its 2\s+files\s+is\s+a\s+manifest/)
})

test('the first manifest that is shown is one', async (t) => {
  const { stdout } = await reeve(['validate', await directoryOf(t, {})])
  const [, file = '', yaml = ''] = /^ {2}# (\S+)\n((?: {2}.*\n)+)/m.exec(stdout) ?? []
  const directory = await directoryOf(t, { [file]: yaml.replaceAll(/^ {2}/gm, '') })
  t.is((await reeve(['validate', directory])).stdout, '1 installation, 1 object, no faults.\n')
})

test('what marks of other tools come to is a notice, with its place, and no fault', async (t) => {
  const directory = await directoryOf(t, {
    'acme/a.yaml': [
      configMap('x'),
      'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: clean-up\n  annotations: {argocd.argoproj.io/hook: SyncFail}\n',
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: app}\n',
    ].join('---\n'),
  })
  const { code, stdout } = await reeve(['validate', directory])
  t.is(code, 0)
  t.regex(
    stdout,
    /acme\/a\.yaml:6: a hook of another tool, .*: Job\.batch clean-up: SyncFail of Argo CD; it is not applied\n {4}\w/,
  )
  t.regex(stdout, /acme\/a\.yaml:12: an object by which another tool deploys.*Application\.argoproj\.io app/)
  t.regex(stdout, /1 installation, 2 objects, no faults, 2 notices\.\n$/)
  const explained = await reeve(['explain', 'acme', directory])
  t.is(explained.code, 0)
  t.regex(explained.stdout, /acme\/a\.yaml:6: a hook of another tool/)
})

test('a reader that is slower than the end of the process gets all of a long output', async (t) => {
  const documents = Array.from({ length: 700 }, (_, index) => configMap(`Bad_${index}`, 'data: {a: 1}\n'))
  const directory = await directoryOf(t, { 'acme/a.yaml': documents.join('---\n') })
  const [{ stdout }, read] = await Promise.all([
    reeve(['validate', directory]),
    reeveThrough(['validate', directory], 'sleep 6; cat'),
  ])
  t.true(stdout.length > 100_000, 'more than a pipe holds')
  t.true(read === stdout, `${read.length} of ${stdout.length}`)
})

test('a remote base is fetched where --remote-bases allows it, as reeve run does', async (t) => {
  const server = await startGitServer()
  t.teardown(() => server.close())
  await server.config('uploadpack.allowReachableSHA1InWant', 'true')
  await using work = await workingCopy(server)
  await work.write('web/kustomization.yaml', 'resources: [web.yaml]\n')
  await work.write('web/web.yaml', configMap('web'))
  const commit = await work.commit('Base')
  await work.push()
  const directory = await directoryOf(t, {
    'a/kustomization.yaml': `resources:\n- ${server.url}//web?ref=${commit}\n`,
  })
  const refused = await reeve(['validate', directory])
  t.is(refused.code, 1)
  t.regex(
    refused.stdout,
    /a\/kustomization\.yaml:2: .*--remote-bases does not allow: 127\.0\.0\.1:\d+\/repo\n/,
  )
  const option = ['--remote-bases', new URL(server.url).host]
  const allowed = await reeve(['validate', directory, ...option])
  t.is(allowed.stdout, '1 installation, 1 object, no faults.\n')
  t.is((await reeve(['explain', 'a', directory, ...option])).code, 0)
  t.is((await reeve(['explain', 'a', directory])).code, 1)
})
