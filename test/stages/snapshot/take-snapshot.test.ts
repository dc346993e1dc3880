import test from 'ava'
import { takeSnapshot } from '../../../src/stages/snapshot/take-snapshot.ts'
import { codeOf, gitScene } from '../../adapters/git/set-up.ts'

test('paths of a snapshot are below the Repository’s path, sorted', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({
    'fleet/eu/b.yaml': '1',
    'fleet/eu.yaml': '2',
    'fleet/eu-1/a': '3',
    other: '4',
  })
  const repository = await scene.open()
  await repository.fetch('main')
  for (const path of ['fleet', 'fleet/', './fleet', '/fleet']) {
    const { entries } = await takeSnapshot(repository, head, path)
    t.deepEqual(
      entries.map((entry) => entry.path),
      ['eu-1/a', 'eu.yaml', 'eu/b.yaml'],
    )
  }
})

test('equal files have one id, a changed one another', async (t) => {
  const scene = await gitScene(t)
  const first = await scene.push({ a: 'same', b: 'same', c: 'other' })
  const repository = await scene.open()
  await repository.fetch('main')
  const before = await takeSnapshot(repository, first, '')
  const second = await scene.push({ b: 'changed' })
  await repository.fetch('main')
  const after = await takeSnapshot(repository, second, '')
  const oids = (entries: typeof after.entries) => entries.map(({ oid }) => oid)
  const [a, b, c] = oids(before.entries)
  t.is(a, b)
  t.deepEqual(oids(after.entries).toSpliced(1, 1), [a ?? '', c ?? ''])
  t.not(oids(after.entries)[1], b)
})

test('a commit that is not here is git-no-commit, a path that is not in it git-no-path', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  t.is(await codeOf(takeSnapshot(repository, '1'.repeat(40), '')), 'git-no-commit')
  t.is(await codeOf(takeSnapshot(repository, head, 'b')), 'git-no-path')
})
