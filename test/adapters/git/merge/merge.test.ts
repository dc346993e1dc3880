import test from 'ava'
import type { Merge } from '../../../../src/adapters/git/merge/merge.ts'
import type { Repository } from '../../../../src/adapters/git/repository.ts'
import { Random } from '../../../helpers/random.ts'
import { codeOf, type GitScene, gitScene } from '../set-up.ts'

const LETTERS = lines('one', 'two', 'three', 'four', 'five', 'six')
const BASE = {
  'a.txt': LETTERS,
  'eu/b.txt': 'b\n',
  'eu/c.txt': 'c\n',
}

test('a change that the target left behind is merged with what the target has now', async (t) => {
  const scene = await gitScene(t)
  await scene.push(BASE)
  await proposed(scene, { 'eu/b.txt': 'changed\n', 'us/new.txt': 'new\n' })
  await scene.push({ 'eu/c.txt': 'moved on\n' })
  const { repository, merge } = await merged(scene)
  t.deepEqual(merge.conflicts, [])
  t.deepEqual(await textsOf(repository, merge), {
    'a.txt': LETTERS,
    'eu/b.txt': 'changed\n',
    'eu/c.txt': 'moved on\n',
    'us/new.txt': 'new\n',
  })
  t.deepEqual([merge.tree], [await treeByGit(scene)])
  t.deepEqual(
    merge.commits.map(({ message }) => message.trim()),
    ['proposal'],
  )
})

test('a file that both change at different lines is merged line by line', async (t) => {
  const scene = await gitScene(t)
  await scene.push(BASE)
  await proposed(scene, { 'a.txt': LETTERS.replace('one', 'ONE') })
  await scene.push({ 'a.txt': LETTERS.replace('six', 'SIX') })
  const { repository, merge } = await merged(scene)
  t.deepEqual(merge.conflicts, [])
  t.is((await textsOf(repository, merge))['a.txt'], LETTERS.replace('one', 'ONE').replace('six', 'SIX'))
})

test('files that exclude each other are named, and stay as the target has them', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ ...BASE, 'gone.txt': 'x\n', 'kept.txt': 'y\n' })
  await scene.work.run('checkout', '--quiet', '-b', 'proposal')
  await scene.work.remove('gone.txt')
  await proposed(
    scene,
    { 'a.txt': 'theirs\n', 'kept.txt': 'changed\n', 'both.txt': 'theirs\n' },
    { isOut: true },
  )
  await scene.work.remove('kept.txt')
  await scene.push({ 'a.txt': 'ours\n', 'gone.txt': 'changed\n', 'both.txt': 'ours\n' })
  const { repository, merge } = await merged(scene)
  t.deepEqual(merge.conflicts, ['a.txt', 'both.txt', 'gone.txt', 'kept.txt'])
  const texts = await textsOf(repository, merge)
  t.is(texts['a.txt'], 'ours\n')
  t.is(texts['both.txt'], 'ours\n')
})

test('a file that one side renames and the other changes is followed', async (t) => {
  const scene = await gitScene(t)
  await scene.push(BASE)
  await proposed(scene, { 'a.txt': LETTERS.replace('one', 'ONE') })
  await scene.work.run('mv', 'a.txt', 'eu/moved.txt')
  await scene.push({})
  const { repository, merge } = await merged(scene)
  t.deepEqual(merge.conflicts, [])
  const texts = await textsOf(repository, merge)
  t.is(texts['eu/moved.txt'], LETTERS.replace('one', 'ONE'))
  t.is(texts['a.txt'], undefined)
  t.deepEqual([merge.tree], [await treeByGit(scene)])
})

test('a change that merged its target in the meantime starts from there', async (t) => {
  const scene = await gitScene(t)
  await scene.push(BASE)
  await proposed(scene, { 'eu/b.txt': 'first\n' })
  await scene.push({ 'eu/c.txt': 'second\n' })
  await scene.work.run('checkout', '--quiet', 'proposal')
  await scene.work.run('merge', '--quiet', '--no-edit', 'main')
  await proposed(scene, { 'eu/b.txt': 'third\n' }, { isOut: true })
  await scene.push({ 'a.txt': 'fourth\n' })
  const { repository, merge } = await merged(scene)
  t.deepEqual(merge.conflicts, [])
  t.deepEqual([merge.tree], [await treeByGit(scene)])
  t.is(merge.commits.length, 3)
  t.is((await textsOf(repository, merge))['eu/b.txt'], 'third\n')
})

test('a commit of the target that another change began at is no commit of this one', async (t) => {
  const scene = await gitScene(t)
  await scene.push(BASE)
  await proposed(scene, { 'eu/b.txt': 'first\n' }, { branch: 'one' })
  await scene.push({ 'eu/c.txt': 'moved on\n' })
  await proposed(scene, { 'eu/b.txt': 'other\n' }, { branch: 'other' })
  await scene.push({ 'a.txt': 'again\n' })
  const { repository, target } = await cloned(scene)
  for (const branch of ['one', 'other', 'one']) {
    const merge = await repository.merge(await change(scene, branch), { branch: 'main', commit: target })
    t.deepEqual(
      merge?.commits.map(({ message }) => message.trim()),
      ['proposal'],
      branch,
    )
  }
  await repository[Symbol.asyncDispose]()
  const again = await scene.open()
  const merge = await again.merge(await change(scene, 'other'), { branch: 'main', commit: target })
  t.is(merge?.commits.length, 1, 'also after a restart')
})

test('there is nothing to merge where the target has the whole change', async (t) => {
  const scene = await gitScene(t)
  await scene.push(BASE)
  await proposed(scene, { 'eu/b.txt': 'changed\n' })
  await scene.work.run('merge', '--quiet', '--no-ff', '--no-edit', 'proposal')
  await scene.push({})
  const { repository, target } = await cloned(scene)
  t.is(await repository.merge(await change(scene, 'proposal'), { branch: 'main', commit: target }), undefined)
})

test('a branch without a common commit is refused', async (t) => {
  const scene = await gitScene(t)
  await scene.push(BASE)
  await scene.work.run('checkout', '--quiet', '--orphan', 'proposal')
  await proposed(scene, { 'eu/b.txt': 'changed\n' }, { isOut: true })
  const { repository, target } = await cloned(scene)
  const merging = repository.merge(await change(scene, 'proposal'), { branch: 'main', commit: target })
  t.is(await codeOf(merging), 'unrelated-histories')
})

test('random histories are merged as Git merges them', async (t) => {
  const scene = await gitScene(t)
  const random = new Random('merges')
  let clean = 0
  const repository = await scene.open()
  for (let round = 0; round < 25; round += 1) {
    const branch = `proposal-${round}`
    await scene.push(randomFiles(random, 12))
    await scene.work.run('checkout', '--quiet', '-b', branch)
    await proposed(scene, randomFiles(random, 3), { isOut: true, branch })
    if (random.chance(0.4))
      await scene.work.run('rm', '--quiet', '-r', random.pick(['d0', 'd1', 'd2'])).catch(() => {})
    await scene.push(randomFiles(random, 3))
    const target = await repository.fetch('main')
    const merge = await repository.merge(await change(scene, branch), { branch: 'main', commit: target })
    const byGit = await treeByGit(scene, branch)
    if (merge === undefined || byGit === undefined || merge.conflicts.length > 0) continue
    clean += 1
    t.is(merge.tree, byGit, `round ${round}`)
  }
  t.true(clean >= 8, `${clean} merges without conflicts`)
})

async function merged(
  scene: GitScene,
  branch = 'proposal',
): Promise<{ repository: Repository; merge: Merge }> {
  const { repository, target } = await cloned(scene)
  const merge = await repository.merge(await change(scene, branch), { branch: 'main', commit: target })
  if (merge === undefined) throw new Error('nothing to merge')
  return { repository, merge }
}

async function cloned(scene: GitScene) {
  const repository = await scene.open()
  return { repository, target: await repository.fetch('main') }
}

async function change(scene: GitScene, branch: string) {
  return { head: await scene.work.run('rev-parse', branch), ref: `refs/heads/${branch}` }
}

/** Commits files on a branch, pushes it, and goes back to main. */
async function proposed(
  scene: GitScene,
  files: Readonly<Record<string, string>>,
  { branch = 'proposal', isOut = false } = {},
): Promise<void> {
  if (!isOut) await scene.work.run('checkout', '--quiet', '-b', branch)
  await scene.push(files, 'proposal')
  await scene.work.run('checkout', '--quiet', 'main')
}

/** The tree that git makes of the same merge; undefined where it finds a conflict. */
async function treeByGit(scene: GitScene, branch = 'proposal'): Promise<string | undefined> {
  const { code, stdout } = await scene.work.tryRun('merge-tree', '--write-tree', 'main', branch)
  return code === 0 ? stdout.trim() : undefined
}

async function textsOf(repository: Repository, merge: Merge): Promise<Record<string, string>> {
  const entries = await repository.mergedEntries(merge, '')
  const blobs = await repository.readMerged(
    merge,
    entries.map(({ oid }) => oid),
  )
  return Object.fromEntries(
    entries.map(({ path, oid }) => [path, Buffer.from(blobs.get(oid) ?? []).toString()]),
  )
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}

function randomFiles(random: Random, count: number): Record<string, string> {
  const files: Record<string, string> = {}
  for (let index = 0; index < count; index += 1) {
    const path = `d${random.between(0, 2)}/f${random.between(0, 4)}.txt`
    files[path] = lines(
      ...Array.from({ length: 12 }, (_, line) => (random.chance(0.1) ? `${random.next()}` : `line ${line}`)),
    )
  }
  return files
}
