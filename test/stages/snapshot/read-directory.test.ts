import { execFile } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { readDirectory } from '../../../src/stages/snapshot/read-directory.ts'
import { takeSnapshot } from '../../../src/stages/snapshot/take-snapshot.ts'
import { codeOf, gitScene } from '../../adapters/git/set-up.ts'
import { directoryOf } from '../../helpers/temporary-directory.ts'

const run = promisify(execFile)

test('a directory reads as the commit that holds it', async (t) => {
  const files = { 'z.yaml': 'z', 'acme/web.yaml': 'a: 1\n', 'acme.yaml': 'x', 'eu/empty': '' }
  const directory = await directoryOf(t, files)
  await symlink('web.yaml', join(directory, 'acme', 'link'))
  await symlink('/etc', join(directory, 'etc'))
  const scene = await gitScene(t)
  await run('cp', ['-a', `${directory}/.`, scene.work.directory])
  const head = await scene.push({})
  const repository = await scene.open()
  await repository.fetch('main')
  const { entries, contents } = await readDirectory(directory)
  const snapshot = await takeSnapshot(repository, head, '')
  t.deepEqual(entries, snapshot.entries)
  t.is(snapshot.commit.oid, head)
  const texts = entries
    .filter(({ type }) => type === 'file')
    .map(({ path, oid }) => [path, Buffer.from(contents.get(oid) ?? []).toString()])
  t.deepEqual(Object.fromEntries(texts), files)
})

test('links are not followed, and what Git would not hold is passed over', async (t) => {
  const directory = await directoryOf(t, {
    '.git/config': 'x',
    'module/.git/HEAD': 'x',
    'module/a': 'x',
    'old/.git': 'gitdir: x',
    'b/c': 'y',
  })
  await symlink('..', join(directory, 'b', 'circle'))
  await symlink('nowhere', join(directory, 'dangling'))
  await run('mkfifo', [join(directory, 'pipe')])
  const { entries, contents } = await readDirectory(directory)
  t.deepEqual(
    entries.map(({ path, type }) => `${path} ${type}`),
    ['b/c file', 'b/circle symlink', 'dangling symlink', 'module submodule', 'old submodule'],
  )
  t.is(contents.size, 1)
})

test('a file above the limit is named but not read', async (t) => {
  const directory = await directoryOf(t, { large: 'x'.repeat(100), small: 'y' })
  const { entries, contents } = await readDirectory(directory, { maxBytes: 50 })
  t.deepEqual(
    entries.map(({ path, oid }) => [path, contents.has(oid)]),
    [
      ['large', false],
      ['small', true],
    ],
  )
})

test('a directory that is none is git-no-path', async (t) => {
  const directory = await directoryOf(t, { file: 'x' })
  t.is(await codeOf(readDirectory(join(directory, 'nowhere'))), 'git-no-path')
  t.is(await codeOf(readDirectory(join(directory, 'file'))), 'git-no-path')
})
