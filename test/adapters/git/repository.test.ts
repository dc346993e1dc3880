import { randomBytes } from 'node:crypto'
import { cp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { slowRemote } from '../../helpers/slow-remote.ts'
import { codeOf, filesOf, gitScene } from './set-up.ts'

async function packSizes(directory: string): Promise<number[]> {
  const packs = join(directory, 'repository.git', 'objects', 'pack')
  const files = (await readdir(packs)).filter((file) => file.endsWith('.pack'))
  return Promise.all(files.map(async (file) => (await stat(join(packs, file))).size))
}

/** Text that does not deflate well. */
function noise(length: number): string {
  return randomBytes(length).toString('latin1')
}

test('the first fetch brings the branch, and its files can be read', async (t) => {
  const scene = await gitScene(t, { username: 'reeve', password: 'secret' })
  const head = await scene.push({ 'acme/web.yaml': 'a: 1\n', 'eu/b.yaml': 'b: 2\n', 'README.md': 'x' })
  const repository = await scene.open()
  t.is(await repository.headOf('main'), head)
  t.is(await repository.fetch('main'), head)
  t.deepEqual(await filesOf(repository, head), {
    'README.md': 'x',
    'acme/web.yaml': 'a: 1\n',
    'eu/b.yaml': 'b: 2\n',
  })
  t.deepEqual(await filesOf(repository, head, 'eu'), { 'b.yaml': 'b: 2\n' })
  t.is((await repository.readCommit(head))?.message, 'change\n')
})

test('only the newest commit comes the first time, later only what is new', async (t) => {
  const scene = await gitScene(t)
  const old = await scene.push({ 'a.yaml': noise(50_000) })
  const first = await scene.push({ 'b.yaml': '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  t.is(await repository.readCommit(old), undefined)
  t.truthy(await repository.readCommit(first))
  const second = await scene.push({ 'b.yaml': '2' })
  await repository.fetch('main')
  const [increment = 0, clone = 0] = (await packSizes(scene.directory)).sort((a, b) => a - b)
  t.true(clone > 30_000)
  t.true(increment < 1_000, `${increment} bytes for one changed line`)
  const news = await repository.commitsBetween(first, second, 10)
  t.deepEqual(
    news.map(({ oid }) => oid),
    [second],
  )
})

test('asking for the head is one request, and with it a fetch needs one more', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const repository = await scene.open()
  t.is(await repository.headOf('main'), head)
  t.is(scene.server.requests.length, 1)
  t.is(await repository.fetch('main', { head }), head)
  t.deepEqual(
    scene.server.requests.map(({ command }) => command),
    ['advertise', 'fetch'],
  )
})

test('a head that was told is fetched, whatever older answers arrive meanwhile', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  await using remote = await slowRemote(scene.server)
  const repository = await scene.open({ remote: { url: remote.url } })
  const old = remote.hold('advertise')
  const record = repository.outbox.fetch('record')
  await old.answered
  const head = await scene.push({ a: '2' })
  t.is(await repository.headOf('main'), head)
  old.release()
  await record
  t.is(await repository.fetch('main', { head }), head)
})

test('a list of refs that names another branch at that commit is not taken for the branch', async (t) => {
  const scene = await gitScene(t)
  const before = await scene.push({ a: '1' })
  await scene.work.run('push', '--quiet', 'origin', 'HEAD:main-2')
  const head = await scene.push({ a: '2' })
  const repository = await scene.open()
  await repository.lsRefs()
  t.is(await repository.fetch('main', { head: before }), head)
  t.is(scene.server.requests.filter(({ command }) => command === 'advertise').length, 2)
})

test('where the remote has very many refs, only the one is asked for', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const refs = Array.from({ length: 5_000 }, (_, at) => `${head} refs/pull/${at}/some-longer-name\n`)
  await writeFile(
    join(scene.server.directory, 'packed-refs'),
    `# pack-refs with: peeled fully-peeled sorted \n${refs.sort((a, b) => (a.slice(41) < b.slice(41) ? -1 : 1)).join('')}`,
  )
  const repository = await scene.open()
  t.is(await repository.headOf('main'), head)
  t.is(await repository.headOf('main'), head)
  t.is(await repository.fetch('main', { head }), head)
  t.deepEqual(
    scene.server.requests.map(({ command }) => command),
    ['advertise', 'advertise', 'ls-refs', 'advertise', 'fetch'],
  )
})

test('a branch survives being rewound, rewritten, deleted and made anew', async (t) => {
  const scene = await gitScene(t)
  const first = await scene.push({ a: '1' })
  const second = await scene.push({ a: '2' })
  const repository = await scene.open()
  t.is(await repository.fetch('main'), second)
  await scene.work.run('reset', '--hard', first)
  await scene.work.push({ force: true })
  t.is(await repository.fetch('main'), first)
  t.deepEqual(await filesOf(repository, first), { a: '1' })

  await scene.work.run('checkout', '--quiet', '--orphan', 'other')
  await scene.work.run('branch', '-M', 'main')
  await scene.work.write('b', 'unrelated')
  const unrelated = await scene.work.commit('unrelated')
  await scene.work.push({ force: true })
  t.is(await repository.fetch('main'), unrelated)
  t.deepEqual(await filesOf(repository, unrelated), { a: '1', b: 'unrelated' })

  await scene.work.run('push', '--quiet', scene.server.directory, 'main:other')
  await scene.work.run('--git-dir', scene.server.directory, 'symbolic-ref', 'HEAD', 'refs/heads/other')
  await scene.work.run('push', '--quiet', 'origin', '--delete', 'main')
  t.is(await repository.headOf('main'), undefined)
  t.is(await codeOf(repository.fetch('main')), 'git-no-branch')
  t.is(await repository.localHead('main'), unrelated)
  t.deepEqual(await filesOf(repository, unrelated), { a: '1', b: 'unrelated' })

  const again = await scene.push({ c: 'again' })
  t.is(await repository.fetch('main'), again)
  t.deepEqual(scene.warnings, [])
})

test('an empty repository has no branch until the first push', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  t.is(await repository.headOf('main'), undefined)
  t.is(await codeOf(repository.fetch('main')), 'git-no-branch')
  const head = await scene.push({ a: '1' })
  t.is(await repository.fetch('main'), head)
  t.deepEqual(await filesOf(repository, head), { a: '1' })
})

test('another repository behind the same URL is taken as it is', async (t) => {
  const scene = await gitScene(t)
  const other = await gitScene(t)
  await scene.push({ a: '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  const head = await other.push({ b: '2' })
  await rm(scene.server.directory, { recursive: true })
  await cp(other.server.directory, scene.server.directory, { recursive: true })
  t.is(await repository.fetch('main'), head)
  t.deepEqual(await filesOf(repository, head), { b: '2' })
})

test('a data directory made for another URL is started over', async (t) => {
  const scene = await gitScene(t)
  const other = await gitScene(t)
  const before = await scene.push({ a: '1' })
  const first = await scene.open()
  await first.fetch('main')
  await first[Symbol.asyncDispose]()
  await other.push({ b: '2' })
  const repository = await other.open({ directory: scene.directory })
  t.is(await repository.localHead('main'), undefined)
  t.is(await repository.readCommit(before), undefined)
})

test('after a restart everything is there without a request', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const first = await scene.open()
  await first.fetch('main')
  await first[Symbol.asyncDispose]()
  await scene.server.stop()
  const repository = await scene.open()
  t.is(await repository.localHead('main'), head)
  t.deepEqual(await filesOf(repository, head), { a: '1' })
})

test('sixty pushes leave few packs, and every commit can still be read', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  const heads: string[] = []
  for (let at = 0; at < 60; at += 1) {
    heads.push(await scene.push({ a: `${at}`, [`b${at}`]: 'x' }))
    await repository.fetch('main')
  }
  const packs = await readdir(join(scene.directory, 'repository.git', 'objects', 'pack'))
  t.true(packs.length < 40, `${packs.length} files`)
  t.is((await filesOf(repository, heads[3] ?? '')).a, '3')
  t.is((await filesOf(repository, heads[59] ?? '')).a, '59')
  t.is((await repository.commitsBetween(heads[9] ?? '', heads[59] ?? '', 100)).length, 50)
  t.deepEqual(scene.warnings, [])
  await repository[Symbol.asyncDispose]()
  const reopened = await scene.open()
  t.is((await filesOf(reopened, heads[30] ?? '')).a, '30')
})

test('a blob above the limit is left out', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ large: 'x'.repeat(2_000), small: 'y' })
  const repository = await scene.open()
  await repository.fetch('main')
  const [large, small] = await repository.treeEntries(head, '')
  const blobs = await repository.readBlobs([large?.oid ?? '', small?.oid ?? ''], { maxBytes: 1_000 })
  t.deepEqual([...blobs.keys()], [small?.oid ?? ''])
})

test('a file that inflates to far too much is not let in', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  await scene.work.write('bomb', Buffer.alloc(150 << 20))
  await scene.push({})
  t.is(await codeOf(repository.fetch('main')), 'git-too-large')
  t.is(await repository.localHead('main'), head)
  await scene.work.run('reset', '--hard', head)
  await scene.work.push({ force: true })
  t.is(await repository.fetch('main'), head)
  t.deepEqual(scene.warnings, [])
})

test('links and submodules are told from files', async (t) => {
  const scene = await gitScene(t)
  await symlink('a', join(scene.work.directory, 'link'))
  await scene.work.run('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`)
  await scene.work.write('a', '1')
  await scene.work.run('add', 'a', 'link')
  await scene.work.run('commit', '--quiet', '--message=links')
  await scene.work.push()
  const repository = await scene.open()
  const head = await repository.fetch('main')
  t.deepEqual(
    (await repository.treeEntries(head, '')).map(({ path, type }) => [path, type]),
    [
      ['a', 'file'],
      ['link', 'symlink'],
      ['module', 'submodule'],
    ],
  )
})

test('a path that is not a directory of the commit is git-no-path', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ 'a/b': '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  for (const path of ['nowhere', 'a/b', '..', 'a/../..']) {
    t.is(await codeOf(repository.treeEntries(head, path)), 'git-no-path', path)
  }
  t.is(await codeOf(repository.treeEntries('1'.repeat(40), '')), 'git-no-commit')
  t.is(await codeOf(repository.readBlobs(['1'.repeat(40)])), 'git-no-commit')
  t.deepEqual(scene.warnings, [])
})

test('a name that is no branch is refused before anything is asked', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  t.is(await codeOf(repository.fetch('../../etc')), 'bad-option')
  t.is(await codeOf(repository.headOf('a b')), 'bad-option')
  t.is(scene.server.requests.length, 0)
})
