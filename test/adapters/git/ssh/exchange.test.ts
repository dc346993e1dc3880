import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, join } from 'node:path'
import test from 'ava'
import { git } from '../../../../src/sandbox/git-process.ts'
import { generateKey, type Sshd } from '../../../helpers/sshd.ts'
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts'
import { codeOf, filesOf } from '../set-up.ts'
import { sshScenes } from './scene.ts'

const sshScene = sshScenes(test)

async function logins(sshd: Sshd): Promise<number> {
  return (await sshd.log()).match(/Accepted publickey/g)?.length ?? 0
}

const SOMEONE = { name: 'Reeve', email: 'reeve@example.com' }

test('a branch is cloned, fetched and pushed over SSH', async (t) => {
  const scene = await sshScene(t)
  await scene.push({ 'a.yaml': '0' })
  const first = await scene.push({ 'a.yaml': '1', 'eu/b.yaml': '2' })
  const repository = await scene.openSsh()
  t.is(await repository.headOf('main'), first)
  t.is(await repository.fetch('main', { head: first }), first)
  t.deepEqual(await filesOf(repository, first), { 'a.yaml': '1', 'eu/b.yaml': '2' })
  const second = await scene.push({ 'a.yaml': '3' })
  t.is(await repository.fetch('main'), second)
  t.deepEqual(
    (await repository.commitsBetween(first, second, 10)).map(({ oid }) => oid),
    [second],
  )
  const changes = new Map([['status.yaml', 'healthy: true\n']])
  const status = await repository.outbox.prepare({
    parent: undefined,
    changes,
    message: 'Status',
    author: SOMEONE,
    time: 1,
  })
  t.is(await repository.outbox.push('reeve/status/east', status), 'pushed')
  t.is(await git(['show', 'reeve/status/east:status.yaml'], { cwd: scene.server.directory }), 'healthy: true')
  t.is(await repository.outbox.push('reeve/status/east', status), 'pushed')
})

test.serial('successive operations share one connection', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const repository = await scene.openSsh()
  const before = await logins(scene.sshd)
  for (let times = 0; times < 12; times += 1) t.is(await repository.headOf('main'), head)
  t.is(await repository.fetch('main'), head)
  t.is((await logins(scene.sshd)) - before, 1)
})

test.serial('many operations at once need few connections', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const repository = await scene.openSsh()
  const before = await logins(scene.sshd)
  const heads = await Promise.all(Array.from({ length: 20 }, () => repository.headOf('main')))
  t.deepEqual(new Set(heads), new Set([head]))
  const connections = (await logins(scene.sshd)) - before
  t.true(connections <= 5, `${connections} connections`)
})

test('an empty repository has no branch', async (t) => {
  const scene = await sshScene(t)
  const repository = await scene.openSsh()
  t.is(await repository.headOf('main'), undefined)
  t.is(await codeOf(repository.fetch('main')), 'git-no-branch')
})

test('a pack of some MiB comes and goes whole', async (t) => {
  const scene = await sshScene(t)
  const large = randomBytes(6 << 20).toString('hex')
  const head = await scene.push({ large })
  const repository = await scene.openSsh()
  t.is(await repository.fetch('main'), head)
  t.is((await filesOf(repository, head)).large, large)
  const commit = await repository.outbox.prepare({
    parent: undefined,
    changes: new Map([['large', randomBytes(5 << 20).toString('hex')]]),
    message: 'Large',
    author: SOMEONE,
    time: 1,
  })
  t.is(await repository.outbox.push('large', commit), 'pushed')
  t.is(await git(['rev-parse', 'large'], { cwd: scene.server.directory }), commit.oid)
})

for (const [what, script, versions] of [
  ['one is asked for, once the list is known to be long', 'exec git-shell -c', ['', 'version=2', '']],
  [
    'all are listed by a server without version 2',
    'exec env -u GIT_PROTOCOL git-shell -c',
    ['', 'version=2', ''],
  ],
] as const) {
  test(`of thousands of refs ${what}`, async (t) => {
    const scene = await sshScene(t)
    const head = await scene.push({ a: '1' })
    const refs = Array.from({ length: 5_000 }, (_, at) => `${head} refs/tags/release-${at}-of-the-program\n`)
    await writeFile(join(scene.server.directory, 'packed-refs'), refs.join(''))
    const keyFile = await generateKey(join(await temporaryDirectory(t), 'key'))
    const asked = `${keyFile}.asked`
    await scene.sshd.allowScript(
      `${keyFile}.pub`,
      `echo "$GIT_PROTOCOL" >>${asked}\n${script} "$SSH_ORIGINAL_COMMAND"\n`,
    )
    const repository = await scene.openSsh({ keyFile })
    t.is(await repository.headOf('main'), head)
    t.is(await repository.headOf('main'), head)
    t.is(await repository.fetch('main'), head)
    t.deepEqual((await readFile(asked, 'utf8')).split('\n').slice(0, -1), versions)
    t.is((await repository.lsRefs()).size, 5_001)
  })
}

test('a path may hold spaces, quotes and what shells expand', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const odd = join(scene.sshd.directory, "it's $(touch odd) !x.git")
  await git(['clone', '--quiet', '--bare', scene.server.directory, odd])
  const url = `ssh://${scene.sshd.user}@127.0.0.1:${scene.sshd.port}${encodeURI(odd)}`
  const ssh = { knownHostsFile: scene.sshd.knownHosts, keyFile: scene.sshd.keyFile }
  const repository = await scene.open({ remote: { url, ssh } })
  t.is(await repository.headOf('main'), head)
})

test('a path may begin in the home directory of the user', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const home = await mkdtemp(join(userInfo().homedir, '.reeve-test-'))
  t.teardown(() => rm(home, { recursive: true }))
  await git(['clone', '--quiet', '--bare', scene.server.directory, join(home, 'fleet.git')])
  const ssh = { knownHostsFile: scene.sshd.knownHosts, keyFile: scene.sshd.keyFile }
  const url = scene.sshd.url(`/~/${basename(home)}/fleet.git`)
  const repository = await scene.open({ remote: { url, ssh } })
  t.is(await repository.headOf('main'), head)
})

test('a silence is told before it is too long, without the name of the user', async (t) => {
  const scene = await sshScene(t)
  const keyFile = await generateKey(join(await temporaryDirectory(t), 'key'))
  await scene.sshd.allowScript(`${keyFile}.pub`, 'exec cat >/dev/null\n')
  const told = Promise.withResolvers<string>()
  const limits = { silenceMs: 4_000 }
  const repository = await scene.openSsh({ keyFile }, { limits, onSilence: told.resolve })
  await t.throwsAsync(repository.headOf('main'))
  t.regex(await told.promise, /^git-upload-pack of ssh:\/\/127\.0\.0\.1:\d+\/.*repo\.git$/)
})
