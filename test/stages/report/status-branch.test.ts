import { randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { FaultError } from '../../../src/model/fault.ts'
import { readStatusBranch, writeStatusBranch } from '../../../src/stages/report/status-branch.ts'
import { statusPath } from '../../../src/stages/report/status-path.ts'
import { codeOf, type GitScene, gitScene } from '../../adapters/git/set-up.ts'

const BRANCH = 'reeve/status/east'
const FILES = new Map([
  ['README.md', '# Status\n'],
  ['installations/acme.yaml', 'state: healthy\n'],
  ['installations/eu/b.yaml', 'state: failed\n'],
])

const write = (files: ReadonlyMap<string, string>, message = 'acme: healthy') => ({
  branch: BRANCH,
  files,
  message,
})

/** The branch as native git sees it: path → text, and its subjects, newest first. */
async function branchOf(scene: GitScene) {
  const git = (...args: string[]) => scene.work.run('--git-dir', scene.server.directory, ...args)
  const paths = (await git('ls-tree', '-r', '--name-only', BRANCH)).trim().split('\n')
  const texts = await Promise.all(paths.map((path) => git('show', `${BRANCH}:${path}`)))
  const subjects = (await git('log', '--format=%an <%ae> %s', BRANCH)).trim().split('\n')
  return { files: new Map(paths.map((path, at) => [path, `${texts[at]?.trim()}\n`])), subjects }
}

test('the first record makes the branch, an orphan', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ 'main.yaml': 'x' })
  const repository = await scene.open()
  t.like(await writeStatusBranch(repository, write(FILES)), { pushed: true })
  t.deepEqual(await branchOf(scene), {
    files: FILES,
    subjects: ['Reeve <reeve@localhost> acme: healthy'],
  })
  t.deepEqual(await readStatusBranch(repository, BRANCH), FILES)
})

test('an empty repository can hold the record too', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await writeStatusBranch(repository, write(FILES))
  t.deepEqual((await branchOf(scene)).files, FILES)
})

test('the same record makes no commit; a changed one makes one on top', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await writeStatusBranch(repository, write(FILES))
  t.is(await writeStatusBranch(repository, write(FILES)), 'unchanged')
  const changed = new Map(FILES).set('installations/acme.yaml', 'state: degraded\n')
  changed.delete('installations/eu/b.yaml')
  await writeStatusBranch(repository, write(changed, 'acme: degraded'))
  t.deepEqual(await branchOf(scene), {
    files: changed,
    subjects: ['Reeve <reeve@localhost> acme: degraded', 'Reeve <reeve@localhost> acme: healthy'],
  })
})

test('a new Reeve reads the record and goes on from it', async (t) => {
  const scene = await gitScene(t)
  const first = await scene.open()
  await writeStatusBranch(first, write(FILES))
  await first[Symbol.asyncDispose]()
  await rm(scene.directory, { recursive: true })
  const second = await scene.open()
  t.deepEqual(await readStatusBranch(second, BRANCH), FILES)
  t.is(await writeStatusBranch(second, write(FILES)), 'unchanged')
  await writeStatusBranch(second, write(new Map(FILES).set('README.md', 'new\n')))
  t.is((await branchOf(scene)).subjects.length, 2)
})

test('where there is no record, there is nothing to read', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  t.is((await readStatusBranch(repository, BRANCH)).size, 0)
})

test('files of other people stay, their commits too', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await writeStatusBranch(repository, write(FILES))
  await someoneElse(scene, { 'notes.txt': 'hello\n', 'installations/README.txt': 'kept\n' })
  await writeStatusBranch(repository, write(new Map([['README.md', 'short\n']])))
  const { files, subjects } = await branchOf(scene)
  t.deepEqual(
    files,
    new Map([
      ['README.md', 'short\n'],
      ['installations/README.txt', 'kept\n'],
      ['notes.txt', 'hello\n'],
    ]),
  )
  t.is(subjects.length, 3)
})

test('what somebody else makes of the record is put right', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await writeStatusBranch(repository, write(FILES))
  await someoneElse(scene, { 'README.md': 'vandalism\n' })
  t.like(await writeStatusBranch(repository, write(FILES)), { pushed: true })
  t.deepEqual((await branchOf(scene)).files, FILES)
})

test('two writers at the same time both get their commits in', async (t) => {
  const scene = await gitScene(t)
  const one = await scene.open()
  const other = await (await gitScene(t)).open({ remote: { url: scene.server.url } })
  await writeStatusBranch(one, write(FILES))
  await Promise.all(
    Array.from({ length: 4 }, (_, at) =>
      Promise.all([
        writeStatusBranch(one, write(new Map(FILES).set('README.md', `one ${at}\n`))),
        writeStatusBranch(other, write(new Map(FILES).set('README.md', `other ${at}\n`))),
      ]),
    ),
  )
  await writeStatusBranch(one, write(FILES))
  const { files, subjects } = await branchOf(scene)
  t.deepEqual(files, FILES)
  t.true(subjects.length >= 9, `${subjects.length} commits`)
  t.regex(await scene.work.run('--git-dir', scene.server.directory, 'fsck', '--full', '--no-dangling'), /^$/)
})

test('a push between looking and pushing is not lost', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await writeStatusBranch(repository, write(FILES))
  // Somebody pushes while the server already has our push at its door.
  await scene.server.setHook(
    'pre-receive',
    `#!/bin/sh
if [ ! -e raced ]; then
  touch raced
  unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
  commit=$(git -c user.name=x -c user.email=x commit-tree -p ${BRANCH} -m raced ${BRANCH}^{tree})
  git update-ref refs/heads/${BRANCH} $commit
fi
`,
  )
  const changed = new Map(FILES).set('README.md', 'changed\n')
  await writeStatusBranch(repository, write(changed, 'ours'))
  const { files, subjects } = await branchOf(scene)
  t.deepEqual(files, changed)
  t.deepEqual(
    subjects.map((line) => line.split('> ')[1]),
    ['ours', 'raced', 'acme: healthy'],
  )
})

const REEVE = 'Reeve <reeve@localhost>'

/** Deletes the branch at the remote, and its objects as well. */
async function deleteBranch({ work, server }: GitScene, purge: boolean): Promise<void> {
  await work.run('push', '--quiet', 'origin', '--delete', BRANCH)
  if (!purge) return
  await work.run('--git-dir', server.directory, 'reflog', 'expire', '--expire=now', '--all')
  await work.run('--git-dir', server.directory, 'gc', '--quiet', '--prune=now')
}

for (const purge of [false, true])
  test(`a branch that was deleted ${purge ? 'with its objects ' : ''}is restored with its history`, async (t) => {
    const scene = await gitScene(t)
    await scene.push({ 'main.yaml': 'x' })
    const repository = await scene.open()
    const lost: boolean[] = []
    const onLost = (isRestored: boolean) => void lost.push(isRestored)
    const changed = new Map(FILES).set('README.md', 'changed\n')
    await writeStatusBranch(repository, write(FILES, 'one'))
    await writeStatusBranch(repository, write(changed, 'two'))
    await deleteBranch(scene, purge)
    t.deepEqual(await readStatusBranch(repository, BRANCH), changed)
    await writeStatusBranch(repository, { ...write(FILES, 'three'), onLost })
    t.deepEqual(await branchOf(scene), {
      files: FILES,
      subjects: [`${REEVE} three`, `${REEVE} two`, `${REEVE} one`],
    })
    await deleteBranch(scene, purge)
    t.is(await writeStatusBranch(repository, { ...write(FILES, 'the same'), onLost }), 'unchanged')
    t.is((await branchOf(scene)).subjects.length, 3)
    t.deepEqual(lost, [true, true])
  })

test('a branch whose history nobody has any more starts anew', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ 'main.yaml': 'x' })
  const first = await scene.open()
  await writeStatusBranch(first, write(FILES, 'one'))
  await writeStatusBranch(first, write(new Map(FILES).set('README.md', 'two\n'), 'two'))
  await first[Symbol.asyncDispose]()
  await rm(scene.directory, { recursive: true })
  const repository = await scene.open()
  await readStatusBranch(repository, BRANCH)
  await deleteBranch(scene, true)
  const lost: boolean[] = []
  await writeStatusBranch(repository, { ...write(FILES, 'three'), onLost: (is) => void lost.push(is) })
  t.deepEqual(await branchOf(scene), { files: FILES, subjects: [`${REEVE} three`] })
  t.deepEqual(lost, [false])
})

test('a push that a hook refuses is git-rejected, in the server’s words without its secrets', async (t) => {
  const scene = await gitScene(t, { username: 'reeve', password: 'hunter2' })
  await scene.server.setHook(
    'pre-receive',
    '#!/bin/sh\necho "policy: no robots, see https://a:b@example.com/ (hunter2)" >&2\nexit 1\n',
  )
  const repository = await scene.open()
  const error = await t.throwsAsync(writeStatusBranch(repository, write(FILES)), { instanceOf: FaultError })
  t.is(error?.fault.code, 'git-rejected')
  t.regex(error?.message ?? '', /pre-receive hook declined.*policy: no robots, see https:\/\/example.com/)
  t.notRegex(error?.message ?? '', /a:b|hunter2/)
  await scene.server.setHook('pre-receive', undefined)
  t.like(await writeStatusBranch(repository, write(FILES)), { pushed: true })
})

test('a server that takes no push at all is git-rejected', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  await scene.server.config('http.receivepack', 'false')
  const repository = await scene.open()
  t.is(await codeOf(writeStatusBranch(repository, write(FILES))), 'git-rejected')
})

test('a remote that is down is git-unreachable; afterwards the record is completed', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await writeStatusBranch(repository, write(FILES))
  await scene.server.stop()
  const changed = new Map(FILES).set('README.md', 'later\n')
  t.is(await codeOf(writeStatusBranch(repository, write(changed))), 'git-unreachable')
  t.is(await codeOf(readStatusBranch(repository, BRANCH)), 'git-unreachable')
  await scene.server.start()
  await writeStatusBranch(repository, write(changed))
  t.deepEqual((await branchOf(scene)).files, changed)
})

test('writing the record leaves the fetched branch alone', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  await writeStatusBranch(repository, write(FILES))
  t.is(await repository.localHead('main'), head)
  const next = await scene.push({ a: '2' })
  const before = scene.server.requests.length
  t.is(await repository.fetch('main'), next)
  t.is(scene.server.requests.length, before + 2)
})

test('a local copy of the record that is damaged does not matter', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await writeStatusBranch(repository, write(FILES))
  await rm(`${scene.directory}/status.git/objects`, { recursive: true })
  const changed = new Map(FILES).set('README.md', 'changed\n')
  await writeStatusBranch(repository, write(changed)).catch(() => sleep(10))
  await writeStatusBranch(repository, write(changed))
  t.deepEqual((await branchOf(scene)).files, changed)
})

test('many commits leave few files behind', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  for (let at = 0; at < 60; at += 1) {
    await writeStatusBranch(repository, write(new Map(FILES).set('README.md', `${at}\n`)))
  }
  const files = await readdir(join(scene.directory, 'status.git'), { recursive: true })
  t.true(files.length < 60, `${files.length} files`)
  t.is((await branchOf(scene)).subjects.length, 60)
  await repository[Symbol.asyncDispose]()
  t.is((await readStatusBranch(await scene.open(), BRANCH)).get('README.md'), '59\n')
})

test('a large local copy is replaced by what the newest commit needs', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  for (const letter of 'abc') {
    const noise = randomBytes(12 << 20).toString('latin1')
    await writeStatusBranch(repository, write(new Map(FILES).set('README.md', letter + noise)))
  }
  await writeStatusBranch(repository, write(FILES))
  const packs = join(scene.directory, 'status.git', 'objects', 'pack')
  const files = (await readdir(packs)).filter((file) => file.endsWith('.pack'))
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(packs, file))).size))
  t.true(Math.max(...sizes) < 32 << 20)
  t.true(files.length < 4)
  t.is((await branchOf(scene)).subjects.length, 4)
})

async function someoneElse(scene: GitScene, files: Readonly<Record<string, string>>): Promise<void> {
  await scene.work.run('fetch', '--quiet', 'origin', BRANCH)
  await scene.work.run('checkout', '--quiet', '-B', 'theirs', 'FETCH_HEAD')
  for (const [path, text] of Object.entries(files)) await scene.work.write(path, text)
  await scene.work.commit('by somebody else')
  await scene.work.run('push', '--quiet', 'origin', `HEAD:${BRANCH}`)
}

test('every name has its record on the remote: also `a` and `a.yaml/b`, `..` and `.git`', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await scene.work.run('--git-dir', scene.server.directory, 'config', 'receive.fsckObjects', 'true')
  const names = ['a', 'a.yaml/b', '..', '.git/x', 'git~1', 'a.yaml/b.yaml/c', 'é'.repeat(200)]
  const files = new Map(names.map((name) => [statusPath(name), `${name}\n`]))
  await writeStatusBranch(repository, write(files))
  t.deepEqual(new Map([...(await readStatusBranch(repository, BRANCH))].sort()), new Map([...files].sort()))
})

test('a record moves from the directory in whose way another stands', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await writeStatusBranch(repository, write(new Map([['installations/a.yaml/b.yaml', 'b\n']])))
  const files = new Map(['a', 'a.yaml/b'].map((name) => [statusPath(name), `${name}\n`]))
  await writeStatusBranch(repository, write(files))
  t.deepEqual([...(await branchOf(scene)).files].sort(), [...files].sort())
})

test('a record of 50 MB is not read', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  const huge = 'x'.repeat(50 << 20)
  await writeStatusBranch(repository, write(new Map(FILES).set('installations/huge.yaml', huge)))
  await repository[Symbol.asyncDispose]()
  const again = await scene.open()
  const read = await readStatusBranch(again, BRANCH)
  t.deepEqual(read, new Map(FILES).set('installations/huge.yaml', ''))
})
