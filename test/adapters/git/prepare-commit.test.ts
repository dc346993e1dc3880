import { chmod, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { gitScene } from './set-up.ts'

const author = { name: 'Ann', email: 'ann@example.com' }

test('a changed file stays executable, and restored paths are what they were', async (t) => {
  const git = await gitScene(t)
  const at = (path: string) => join(git.work.directory, path)
  await git.work.write('run.sh', 'one\n')
  await git.work.write('lib/run.sh', 'one\n')
  await git.work.write('lib/a.yaml', 'a: 1\n')
  await chmod(at('run.sh'), 0o755)
  await chmod(at('lib/run.sh'), 0o755)
  await symlink('a.yaml', at('lib/link'))
  const good = await git.push({})
  for (const path of ['lib/run.sh', 'lib/link']) await git.work.remove(path)
  const head = await git.push({ 'lib/a.yaml': 'a: 2\n', 'lib/new.yaml': 'b: 1\n', 'other.yaml': 'c: 1\n' })
  const repository = await git.open()
  await repository.fetch('main')
  await repository.fetchCommit(good, { branch: 'main' })
  const commit = await repository.prepare({
    parent: head,
    changes: new Map([['run.sh', 'two\n']]),
    restored: { from: good, paths: ['lib/run.sh', 'lib/link', 'lib/a.yaml', 'lib/new.yaml', 'none/x.yaml'] },
    message: 'Go back',
    author,
    time: 1,
  })
  t.is(await repository.moveBranch('main', { expected: head, to: commit }), 'pushed')
  await git.work.pull()
  t.is(
    await git.work.run('diff', '--raw', '--abbrev=4', '--no-renames', good, 'HEAD').then(modes),
    ':000000 100644 A other.yaml\n:100755 100755 M run.sh',
  )
  await git.work.run('--git-dir', git.server.directory, 'fsck', '--strict')
})

test('a commit without changes has the tree of its parent', async (t) => {
  const git = await gitScene(t)
  const head = await git.push({ 'a.yaml': 'a: 1\n' })
  const repository = await git.open()
  await repository.fetch('main')
  const empty = { parent: head, changes: new Map(), message: 'Force', author, time: 1 }
  const commit = await repository.prepare(empty)
  t.is(commit.tree, await repository.treeOf(head))
  t.is(await repository.moveBranch('main', { expected: head, to: commit }), 'pushed')
  await git.work.pull()
  t.is((await git.work.run('log', '-1', '--format=%an <%ae> %s')).trim(), 'Ann <ann@example.com> Force')
})

function modes(raw: string): string {
  return raw.trim().replaceAll(/ [0-9a-f]+ [0-9a-f]+ (\w)\t/g, ' $1 ')
}
