import { readFile } from 'node:fs/promises'
import path from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { digestOf } from '../../src/adapters/source/charts/digest.ts'
import { packageChart } from '../adapters/source/package-chart.ts'
import { type Scene, scene } from '../adapters/source/scene.ts'
import { reeve } from '../helpers/reeve.ts'
import { directoryOf } from '../helpers/temporary-directory.ts'

const packed = (version: string) =>
  packageChart({
    'Chart.yaml': `apiVersion: v2\nname: chat\nversion: ${version}\n`,
    'templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\n',
  })

/** A chart repository with these versions, or entries of its index. */
function serve(
  { replies, url }: Scene,
  versions: readonly (string | { readonly version: string })[],
): string {
  const entries = versions.map((each) => (typeof each === 'string' ? { version: each } : each))
  const chat = entries.map((entry) => ({ ...entry, urls: [`chat-${entry.version}.tgz`] }))
  replies.set('/repo/index.yaml', JSON.stringify({ entries: { chat } }))
  for (const { version } of entries) replies.set(`/repo/chat-${version}.tgz`, packed(version))
  return `${url}/repo`
}

const installation = (name: string, repository: string, version: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec:\n  template:\n    chart: {repository: "${repository}", name: chat, version: "${version}"}\n`

async function lockedDirectory(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const directory = await directoryOf(t, files)
  const lockFile = path.join(directory, 'reeve.lock.yaml')
  return { directory, lockFile, lock: () => readFile(lockFile, 'utf8').catch(() => undefined) }
}

const entry = (repository: string, range: string, version: string) =>
  `  - repository: ${repository}\n    name: chat\n    range: ${range}\n    version: ${version}\n    digest: ${digestOf(packed(version))}\n`

const HEAD = '# Written by `reeve lock`: the versions that ranges stand for.\ncharts:\n'

test('reeve lock gives each range a version, and moves it only with --update', async (t) => {
  const s = await scene(t)
  const repository = serve(s, ['1.4.0', '1.4.1', '2.0.0', '1.5.0-rc.1'])
  const { directory, lock } = await lockedDirectory(t, {
    'a.yaml': installation('a', repository, '^1.4.0'),
    'b.yaml': installation('b', repository, '>=1 <3'),
    'c.yaml': installation('c', repository, '1.4.0'),
    'd/a.yaml': installation('d', repository, '^1.4.0'),
  })
  const before = await reeve(['validate', directory])
  t.is(before.code, 1)
  t.regex(
    before.stdout,
    /a\.yaml:5: a: a range of versions that reeve\.lock\.yaml has no version for: chart chat \^1\.4\.0, which\s+would\s+be\s+1\.4\.1/,
  )
  const first = await reeve(['lock', directory])
  t.deepEqual(first, {
    ...first,
    code: 0,
    stderr: '',
    stdout: 'chat >=1 <3: 2.0.0\nchat ^1.4.0: 1.4.1\nreeve.lock.yaml written.\n',
  })
  const text = HEAD + entry(repository, "'>=1 <3'", '2.0.0') + entry(repository, '^1.4.0', '1.4.1')
  t.is(await lock(), text)
  t.is((await reeve(['validate', directory])).stdout, '4 installations, 8 objects, no faults.\n')

  serve(s, ['1.4.0', '1.4.1', '1.6.0', '2.0.0', '2.1.0'])
  const again = await reeve(['lock', directory])
  t.is(again.stdout, 'chat >=1 <3: 2.0.0\nchat ^1.4.0: 1.4.1\nreeve.lock.yaml is up to date.\n')
  t.is(await lock(), text)
  const updated = await reeve(['lock', directory, '--update'])
  t.is(
    updated.stdout,
    'chat >=1 <3: 2.1.0 (was 2.0.0)\nchat ^1.4.0: 1.6.0 (was 1.4.1)\nreeve.lock.yaml written.\n',
  )
  t.true((await lock())?.includes('version: 1.6.0'))
})

test('what cannot be had keeps its version and is a fault at its line; ranges that nothing names go', async (t) => {
  const s = await scene(t)
  const repository = serve(s, ['1.4.0'])
  const old = entry(`${s.url}/gone`, '1.x', '1.0.0')
  const { directory, lock } = await lockedDirectory(t, {
    'reeve.lock.yaml': HEAD + old + entry(repository, '7.x', '7.0.0'),
    'a.yaml': installation('a', repository, '^1.4.0'),
    'b.yaml': installation('b', `${s.url}/gone`, '1.x'),
    'c.yaml': installation('c', repository, '^9'),
  })
  const { code, stdout } = await reeve(['lock', directory, '--update'])
  t.is(code, 1)
  t.regex(stdout, /b\.yaml:6: template not found: chart chat 1\.x: .*HTTP status 404/s)
  t.regex(
    stdout,
    /c\.yaml:6: template not found: chart chat \^9: .* has no version of chat in the range; nearest\s+versions: 1\.4\.0/s,
  )
  t.is(await lock(), HEAD + old + entry(repository, '^1.4.0', '1.4.0'))
})

test('a document that cannot be read does not cost its range the version', async (t) => {
  const s = await scene(t)
  const repository = serve(s, ['1.4.0', '1.5.0'])
  const text = HEAD + entry(repository, '^1.4.0', '1.4.0')
  const { directory, lock } = await lockedDirectory(t, {
    'reeve.lock.yaml': text,
    'a.yaml': `${installation('a', repository, '^1.4.0')}  suspended: 7\n`,
  })
  await reeve(['lock', directory])
  t.is(await lock(), text)
})

test('a lock file with a merge conflict is a fault, and stays', async (t) => {
  const s = await scene(t)
  const repository = serve(s, ['1.4.0'])
  const text = `${HEAD}<<<<<<< ours\n${entry(repository, '^1.4.0', '1.4.0')}=======\n>>>>>>> theirs\n`
  const { directory, lock } = await lockedDirectory(t, {
    'reeve.lock.yaml': text,
    'a.yaml': installation('a', repository, '^1.4.0'),
  })
  const { code, stdout } = await reeve(['lock', directory])
  t.is(code, 1)
  t.regex(stdout, /reeve\.lock\.yaml:3: an unresolved merge conflict/)
  t.is(await lock(), text)
  t.regex(
    (await reeve(['validate', directory])).stdout,
    /reeve\.lock\.yaml:3: a: an unresolved merge conflict/,
  )
})

test('without ranges there is nothing to lock', async (t) => {
  const { directory, lock } = await lockedDirectory(t, {
    'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "a"}\n',
  })
  t.is((await reeve(['lock', directory])).stdout, 'No chart is named by a range.\n')
  t.is(await lock(), undefined)
  t.is((await reeve(['lock', `${directory}/none`])).code, 2)
})
