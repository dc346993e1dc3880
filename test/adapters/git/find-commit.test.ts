import test from 'ava'
import { codeOf, filesOf, gitScene } from './set-up.ts'

const MAIN = { branch: 'main' }

test('a commit is found by branch, tag, full ref and shortened id', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  await scene.work.run('checkout', '--quiet', '-b', 'feature/x')
  const feature = await scene.push({ a: 'feature' })
  await scene.work.run('tag', '--annotate', '--message=v', 'v1')
  await scene.work.run('push', '--quiet', 'origin', 'v1')
  await scene.work.run('push', '--quiet', 'origin', 'HEAD:refs/pull/7/head')
  const repository = await scene.open()
  const main = await repository.fetch('main')
  for (const name of ['feature/x', 'v1', 'refs/pull/7/head', feature, feature.slice(0, 8)]) {
    t.is(await repository.fetchCommit(name, MAIN), feature, name)
    t.deepEqual(await filesOf(repository, feature), { a: 'feature' })
  }
  t.is(await repository.localHead('main'), main)
  t.is(await repository.fetchCommit('main', MAIN), main)
})

test('a branch that moved is found where it is now', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  const moved = await scene.push({ a: '2' })
  t.is(await repository.fetchCommit('main', MAIN), moved)
  t.deepEqual(await filesOf(repository, moved), { a: '2' })
})

test('a commit of the past is found by its id, and fetching goes on as before', async (t) => {
  const scene = await gitScene(t)
  const past = await scene.push({ a: '1' })
  await scene.push({ a: '2' })
  await scene.push({ a: '3' })
  const repository = await scene.open()
  await repository.fetch('main')
  t.is(await repository.readCommit(past), undefined)
  t.is(await repository.fetchCommit(past, MAIN), past)
  t.deepEqual(await filesOf(repository, past), { a: '1' })
  const next = await scene.push({ a: '4' })
  t.is(await repository.fetch('main'), next)
  t.deepEqual(await filesOf(repository, next), { a: '4' })
  t.deepEqual(scene.warnings, [])
})

test('what is nowhere is git-no-commit', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  for (const name of ['nowhere', '1'.repeat(40), 'abcdef0', '', '../..', '--upload-pack=x', 'HEAD~1']) {
    t.is(await codeOf(repository.fetchCommit(name, MAIN)), 'git-no-commit', name)
  }
  t.deepEqual(scene.warnings, [])
})

test('commits between two are those that one has and the other has not', async (t) => {
  const scene = await gitScene(t)
  const base = await scene.push({ a: '1' })
  const repository = await scene.open()
  await repository.fetch('main')
  const first = await scene.push({ a: '2' }, 'first')
  await scene.work.run('checkout', '--quiet', '-b', 'side', base)
  const side = await scene.push({ b: '1' }, 'side')
  await scene.work.run('checkout', '--quiet', 'main')
  await scene.work.run('merge', '--quiet', '--no-ff', '--message=merge', 'side')
  await scene.work.push()
  const merge = await repository.fetch('main')
  const oids = async (from: string, to: string, limit = 10) =>
    (await repository.commitsBetween(from, to, limit)).map(({ oid }) => oid)
  t.deepEqual(new Set(await oids(base, merge)), new Set([merge, side, first]))
  t.deepEqual(new Set(await oids(first, merge)), new Set([merge, side]))
  t.deepEqual(await oids(merge, base), [])
  t.deepEqual(await oids(base, merge, 1), [merge])
  t.is((await oids('1'.repeat(40), merge)).length, 4)
})
