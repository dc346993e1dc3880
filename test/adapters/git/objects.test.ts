import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { applyDelta, deltaResultSize } from '../../../src/adapters/git/apply-delta.ts'
import { encodeCommit, parseCommit } from '../../../src/adapters/git/commit.ts'
import { DamagedStore, MissingObject } from '../../../src/adapters/git/damaged-store.ts'
import { mergePacks } from '../../../src/adapters/git/merge-packs.ts'
import { ObjectStore } from '../../../src/adapters/git/object-store.ts'
import { parsePackIndex } from '../../../src/adapters/git/pack-index.ts'
import { encodeTree, parseTree } from '../../../src/adapters/git/tree.ts'
import { type GitScene, gitScene } from './set-up.ts'

/** Many versions of large and small files: packs of deltas upon deltas. */
async function historyOf(scene: GitScene): Promise<void> {
  const lines = Array.from({ length: 400 }, (_, at) => `line ${at} ${randomBytes(20).toString('hex')}`)
  const binary = randomBytes(70_000)
  for (let version = 0; version < 12; version += 1) {
    lines[version * 30] = `changed in ${version}`
    await scene.work.write('dir/lines.txt', lines.join('\n'))
    await scene.work.write('binary', Buffer.concat([binary.subarray(version * 100), Buffer.from([version])]))
    await scene.work.write(`file-${version}`, `${version}`)
    await scene.push({ empty: '' })
  }
}

async function allObjects(scene: GitScene): Promise<[oid: string, type: string, size: number][]> {
  const text = await scene.work.run('cat-file', '--batch-check', '--batch-all-objects')
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([oid = '', type = '', size]) => [oid, type, Number(size)])
}

test('every object of a pack of native git is read as native git reads it', async (t) => {
  const scene = await gitScene(t)
  await historyOf(scene)
  await scene.work.run('repack', '-adfq', '--depth=50', '--window=50')
  const objects = await ObjectStore.open(join(scene.work.directory, '.git'))
  t.teardown(() => objects[Symbol.asyncDispose]())
  const expected = await allObjects(scene)
  t.regex(await scene.work.run('count-objects', '-v'), /^count: 0\nsize: 0\nin-pack/)
  const read = await objects.read(expected.map(([oid]) => oid))
  for (const [oid, type, size] of expected) {
    t.is<string | undefined, string>(read.get(oid)?.type, type)
    t.is(read.get(oid)?.bytes.length, size)
  }
})

test('loose objects are read too, and what is nowhere is missing', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: 'loose' })
  const objects = await ObjectStore.open(join(scene.work.directory, '.git'))
  t.teardown(() => objects[Symbol.asyncDispose]())
  const expected = await allObjects(scene)
  const read = await objects.read(expected.map(([oid]) => oid))
  t.is(read.size, expected.length)
  const error = await t.throwsAsync(objects.read(['1'.repeat(40)]), { instanceOf: MissingObject })
  t.is(error?.oid, '1'.repeat(40))
})

test('packs made one are what native git takes for a pack', async (t) => {
  const scene = await gitScene(t)
  for (let round = 0; round < 3; round += 1) {
    await historyOf(scene)
    await scene.work.run('repack', '-dq', '--depth=50')
  }
  const gitdir = join(scene.work.directory, '.git')
  const expected = await allObjects(scene)
  await mergePacks(gitdir)
  const merged = await ObjectStore.open(gitdir)
  t.teardown(() => merged[Symbol.asyncDispose]())
  t.is(merged.packCount, 2)
  t.is((await merged.read(expected.map(([oid]) => oid))).size, expected.length)
  t.deepEqual(await allObjects(scene), expected)
  const { code, stderr } = await scene.work.tryRun('fsck', '--full', '--strict')
  t.is(code, 0, stderr)
})

test('a damaged delta makes an error, never a crash or a wrong object', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 200 }), (delta, base) => {
      try {
        if (deltaResultSize(delta) > 1 << 20) return
        t.is(applyDelta(base, delta).length, deltaResultSize(delta))
      } catch (error) {
        t.true(error instanceof DamagedStore)
      }
    }),
  )
})

test('bytes that are no index are an error', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      t.throws(() => parsePackIndex(Buffer.from(bytes)), { instanceOf: DamagedStore })
    }),
  )
})

test('a tree is written as it is read', (t) => {
  const records = [
    { name: 'b', mode: '40000', oid: '1'.repeat(40) },
    { name: 'b.yaml', mode: '100644', oid: '2'.repeat(40) },
    { name: 'b0', mode: '100755', oid: '3'.repeat(40) },
    { name: 'ä', mode: '120000', oid: '4'.repeat(40) },
  ]
  const inOrder = ['b.yaml', 'b', 'b0', 'ä']
  t.deepEqual(
    parseTree(encodeTree(records)).map(({ name }) => name),
    inOrder,
  )
  t.throws(() => parseTree(Buffer.from('100644 a\0short')), { instanceOf: DamagedStore })
})

test('a commit is written as it is read', (t) => {
  const author = { name: 'Reeve', email: 'reeve@localhost' }
  const tree = '1'.repeat(40)
  const parent = '2'.repeat(40)
  const bytes = encodeCommit({ tree, parent, author, time: 1_700_000_000, message: 'a\n\nReeve-State: b' })
  t.deepEqual(parseCommit('3'.repeat(40), bytes), {
    tree,
    commit: {
      oid: '3'.repeat(40),
      message: 'a\n\nReeve-State: b\n',
      parents: [parent],
      committer: 'Reeve <reeve@localhost>',
      time: 1_700_000_000,
    },
  })
})

test('a signed merge commit with an odd committer is read', (t) => {
  const text = [
    `tree ${'1'.repeat(40)}`,
    `parent ${'2'.repeat(40)}`,
    `parent ${'3'.repeat(40)}`,
    'author A <a@b> 1 +0000',
    'committer X > 5 <> 1700000000 -0130',
    'gpgsig -----BEGIN PGP SIGNATURE-----',
    ' tree not-a-header',
    ' -----END PGP SIGNATURE-----',
    '',
    'subject',
    '',
    'tree in the message',
    '',
  ].join('\n')
  const { commit, tree } = parseCommit('4'.repeat(40), Buffer.from(text))
  t.is(tree, '1'.repeat(40))
  t.deepEqual(commit.parents, ['2'.repeat(40), '3'.repeat(40)])
  t.is(commit.time, 1_700_000_000)
  t.is(commit.message, 'subject\n\ntree in the message\n')
})
