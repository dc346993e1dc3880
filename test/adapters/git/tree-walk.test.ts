import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type GitObject, objectId } from '../../../src/adapters/git/object-id.ts'
import { ObjectStore } from '../../../src/adapters/git/object-store.ts'
import { encodePack } from '../../../src/adapters/git/pack-writer.ts'
import { storePack } from '../../../src/adapters/git/store-pack.ts'
import { DIRECTORY, encodeTree, FILE, type TreeRecord } from '../../../src/adapters/git/tree.ts'
import { TreeCache } from '../../../src/adapters/git/tree-cache.ts'
import { walkTree } from '../../../src/adapters/git/tree-walk.ts'
import { temporaryDirectory } from '../../helpers/temporary-directory.ts'
import { codeOf, gitScene } from './set-up.ts'

const BLOB = '1'.repeat(40)

/** Tree objects in the making, and the store that holds them in the end. */
class Forest {
  readonly #objects = new Map<string, GitObject>()

  /** @param children name → id of a tree; undefined: a file */
  tree(children: Readonly<Record<string, string | undefined>>): string {
    const records = Object.entries(children).map(([name, oid]): TreeRecord => {
      return oid === undefined ? { name, mode: FILE, oid: BLOB } : { name, mode: DIRECTORY, oid }
    })
    const bytes = encodeTree(records)
    const oid = objectId('tree', bytes)
    this.#objects.set(oid, { type: 'tree', bytes })
    return oid
  }

  async store(t: ExecutionContext): Promise<ObjectStore> {
    const gitdir = await temporaryDirectory(t)
    await mkdir(join(gitdir, 'objects', 'pack'), { recursive: true })
    await storePack(gitdir, encodePack(this.#objects))
    const store = await ObjectStore.open(gitdir)
    t.teardown(() => store[Symbol.asyncDispose]())
    return store
  }
}

test('a tree is listed in the order of native git', async (t) => {
  const scene = await gitScene(t)
  const files = ['b', 'a/x', 'a.b/x', 'a-b', 'a0/deep/y', 'a0/deep.txt', 'Z', 'ä/ö', 'a/b/c', 'a/b.c']
  await scene.push(Object.fromEntries(files.map((file) => [file, file])))
  const objects = await ObjectStore.open(join(scene.work.directory, '.git'))
  t.teardown(() => objects[Symbol.asyncDispose]())
  const root = (await scene.work.run('rev-parse', 'HEAD^{tree}')).trim()
  const entries = await walkTree(objects, new TreeCache(), root)
  const listed = await scene.work.run('ls-tree', '-r', '-z', 'HEAD')
  t.is(entries.map(({ path, oid }) => `100644 blob ${oid}\t${path}\0`).join(''), listed)
})

test('what did not change since the walk before is neither read nor listed again', async (t) => {
  const forest = new Forest()
  const same = forest.tree({ one: undefined, two: undefined })
  const before = forest.tree({ same, other: forest.tree({ x: undefined }) })
  const after = forest.tree({ same, other: forest.tree({ y: undefined }) })
  const objects = await forest.store(t)
  const cache = new TreeCache()
  const first = await walkTree(objects, cache, before)
  const second = await walkTree(objects, cache, after)
  t.deepEqual(
    second.map(({ path }) => path),
    ['other/y', 'same/one', 'same/two'],
  )
  t.is(second[1], first[1])
  t.not(second[0], first[0])
})

test('the same directory at two places is listed at both', async (t) => {
  const forest = new Forest()
  const inner = forest.tree({ file: undefined })
  const root = forest.tree({ a: inner, b: forest.tree({ c: inner }) })
  const objects = await forest.store(t)
  const cache = new TreeCache()
  const expected = ['a/file', 'b/c/file']
  for (let walk = 0; walk < 3; walk++)
    t.deepEqual(
      (await walkTree(objects, cache, root)).map(({ path }) => path),
      expected,
    )
})

test('trees that no walk has met lately are forgotten', async (t) => {
  const forest = new Forest()
  const [old, other] = [forest.tree({ old: undefined }), forest.tree({ other: undefined })]
  const objects = await forest.store(t)
  const cache = new TreeCache()
  await walkTree(objects, cache, old)
  for (let walk = 0; walk < 2; walk++) await walkTree(objects, cache, other)
  t.is(cache.get(old), undefined)
  t.not(cache.get(other), undefined)
})

test('directories that are too much together are refused', async (t) => {
  for (const leaf of [{ file: undefined }, {}]) {
    const forest = new Forest()
    let root = forest.tree(leaf)
    for (const width of [10, 10, 10, 10, 10, 15])
      root = forest.tree(Object.fromEntries(Array.from({ length: width }, (_, index) => [`${index}`, root])))
    const objects = await forest.store(t)
    t.is(await codeOf(walkTree(objects, new TreeCache(), root)), 'git-too-large')
  }
})

test('a directory with millions of files is an entry, and all others are listed', async (t) => {
  for (const width of [2, 10, 900]) {
    const forest = new Forest()
    const names = Array.from({ length: width }, (_, index) => `d${index}`)
    const neighbour = forest.tree({ file: undefined })
    let bomb = forest.tree({ file: undefined })
    for (let files = 1; files < 1e9; files *= width)
      bomb = forest.tree(Object.fromEntries(names.map((name) => [name, bomb])))
    const root = forest.tree({ fleet: forest.tree({ attack: bomb, neighbour }), other: neighbour })
    const entries = await walkTree(await forest.store(t), new TreeCache(), root)
    const types = Map.groupBy(entries, ({ type }) => type)
    t.deepEqual(
      types
        .get('file')
        ?.slice(-2)
        .map(({ path }) => path),
      ['fleet/neighbour/file', 'other/file'],
    )
    const left = types.get('too-large') ?? []
    t.true(left.length > 0 && left.length <= 100, `${left.length}`)
    t.true(left.every(({ path }) => path.startsWith('fleet/attack')))
  }
})

test('many files below a long path, whose paths would fill the memory, are left out', async (t) => {
  const forest = new Forest()
  const files = Array.from({ length: 50_000 }, (_, index) => [`file-${index}`, undefined])
  let root = forest.tree(Object.fromEntries(files))
  for (let level = 0; level < 15; level++) root = forest.tree({ ['d'.repeat(250)]: root })
  const objects = await forest.store(t)
  const entries = await walkTree(objects, new TreeCache(), root)
  t.deepEqual(
    entries.map(({ type }) => type),
    ['too-large'],
  )
})

test('a directory that is too deep is an entry, and all others are listed', async (t) => {
  const forest = new Forest()
  let deep = forest.tree({ file: undefined })
  for (let level = 0; level < 2000; level++) deep = forest.tree({ d: deep })
  const root = forest.tree({ attack: deep, neighbour: forest.tree({ file: undefined }) })
  const objects = await forest.store(t)
  t.deepEqual(
    (await walkTree(objects, new TreeCache(), root)).map(({ path, type }) => [path, type]),
    [
      [`attack${'/d'.repeat(500)}`, 'too-deep'],
      ['neighbour/file', 'file'],
    ],
  )
})

test('a directory with a longer path than file systems have is an entry', async (t) => {
  const forest = new Forest()
  const name = 'd'.repeat(255)
  let root = forest.tree({ file: undefined })
  for (let level = 0; level < 20; level++) root = forest.tree({ [name]: root })
  const objects = await forest.store(t)
  t.deepEqual(
    (await walkTree(objects, new TreeCache(), root)).map(({ path, type }) => [path, type]),
    [[Array(17).fill(name).join('/'), 'too-deep']],
  )
})
