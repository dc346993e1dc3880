import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { until } from '../../helpers/until.ts'
import { codeOf, filesOf, gitScene } from './set-up.ts'

const FILES = { 'acme/web.yaml': 'a: 1\n', 'eu/b.yaml': 'b: 2\n' }

interface Damage {
  readonly what: string
  readonly inflict: (gitdir: string) => Promise<void>
  /** Constant files are written anew; nothing is lost. */
  readonly harmless?: boolean
}

const DAMAGES: readonly Damage[] = [
  { what: 'a pack cut short', inflict: (dir) => onPack(dir, '.pack', (file) => truncate(file, 100)) },
  { what: 'an empty pack', inflict: (dir) => onPack(dir, '.pack', (file) => truncate(file, 0)) },
  {
    what: 'a pack with a longer end',
    inflict: (dir) => onPack(dir, '.pack', (file) => appendFile(file, 'more')),
  },
  { what: 'a pack that is gone', inflict: (dir) => onPack(dir, '.pack', (file) => rm(file)) },
  { what: 'an index that is gone', inflict: (dir) => onPack(dir, '.idx', (file) => rm(file)) },
  {
    what: 'an index of garbage',
    inflict: (dir) => onPack(dir, '.idx', (file) => writeFile(file, 'garbage')),
  },
  { what: 'an index with a flipped bit', inflict: (dir) => onPack(dir, '.idx', flipMiddle) },
  { what: 'a ref of garbage', inflict: (dir) => writeFile(join(dir, 'refs/heads/main'), 'garbage') },
  { what: 'a ref to nowhere', inflict: (dir) => writeFile(join(dir, 'refs/heads/main'), '1'.repeat(40)) },
  { what: 'a directory for a ref', inflict: (dir) => replaceByDirectory(join(dir, 'refs/heads/main')) },
  { what: 'shallow of garbage', inflict: (dir) => writeFile(join(dir, 'shallow'), 'garbage\n') },
  { what: 'HEAD of garbage', inflict: (dir) => writeFile(join(dir, 'HEAD'), 'garbage'), harmless: true },
  { what: 'config of garbage', inflict: (dir) => writeFile(join(dir, 'config'), '[[['), harmless: true },
  {
    what: 'a lock file left behind',
    inflict: (dir) => writeFile(join(dir, 'shallow.lock'), ''),
    harmless: true,
  },
]

for (const { what, inflict, harmless } of DAMAGES) {
  test(`${what} is noticed when the data directory is opened`, async (t) => {
    const scene = await gitScene(t)
    const head = await scene.push(FILES)
    const before = await scene.open()
    await before.fetch('main')
    await before[Symbol.asyncDispose]()
    await inflict(join(scene.directory, 'repository.git'))
    const repository = await scene.open()
    t.deepEqual(
      scene.warnings.map(({ code }) => code),
      harmless ? [] : ['git-corrupt'],
    )
    t.is(await repository.localHead('main'), harmless ? head : undefined)
    t.is(await repository.fetch('main'), head)
    t.deepEqual(await filesOf(repository, head), FILES)
    const next = await scene.push({ 'eu/b.yaml': 'b: 3\n' })
    t.is(await repository.fetch('main'), next)
  })
}

test('a flipped bit in a pack is noticed by whoever reads it, and cured', async (t) => {
  const scene = await gitScene(t)
  const files = { ...FILES, large: randomBytes(20_000).toString('base64') }
  const head = await scene.push(files)
  const before = await scene.open()
  await before.fetch('main')
  await before[Symbol.asyncDispose]()
  await onPack(join(scene.directory, 'repository.git'), '.pack', flipMiddle)
  const repository = await scene.open()
  t.deepEqual(scene.warnings, [])
  t.deepEqual(await filesOf(repository, head), files)
  t.deepEqual(
    scene.warnings.map(({ code }) => code),
    ['git-corrupt'],
  )
})

test('what is damaged while it is in use is cured at the next read of the file', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push(FILES)
  const repository = await scene.open()
  await repository.fetch('main')
  await onPack(join(scene.directory, 'repository.git'), '.pack', (file) => truncate(file, 20))
  await until('the damage to be met', async () => {
    t.deepEqual(await filesOf(repository, head), FILES)
    return scene.warnings.length > 0
  })
  t.is(scene.warnings.length, 1)
})

test('a git directory that is removed while it is in use is made anew by the next fetch', async (t) => {
  const scene = await gitScene(t)
  await scene.push(FILES)
  const repository = await scene.open()
  await repository.fetch('main')
  await rm(join(scene.directory, 'repository.git'), { recursive: true })
  const head = await scene.push({ 'eu/b.yaml': 'b: 3\n' })
  t.is(await repository.fetch('main'), head)
  t.deepEqual(await filesOf(repository, head), { ...FILES, 'eu/b.yaml': 'b: 3\n' })
})

test('damage while the remote is down waits for the remote', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push(FILES)
  const repository = await scene.open()
  await repository.fetch('main')
  await onPack(join(scene.directory, 'repository.git'), '.pack', (file) => truncate(file, 20))
  await scene.server.stop()
  const isMet = async () => (await codeOf(filesOf(repository, head))) === 'git-unreachable'
  await until('the damage to be met', isMet)
  await scene.server.start()
  t.deepEqual(await filesOf(repository, head), FILES)
})

test('readers meet damage together, and it is cured once', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push(FILES)
  const repository = await scene.open()
  await repository.fetch('main')
  await onPack(join(scene.directory, 'repository.git'), '.pack', (file) => truncate(file, 20))
  await until('the damage to be met', async () => {
    const read = await Promise.all(Array.from({ length: 10 }, () => filesOf(repository, head)))
    for (const files of read) t.deepEqual(files, FILES)
    return scene.warnings.length > 0
  })
  t.is(scene.warnings.length, 1)
})

test('who still reads when the repository is closed is told so, and nothing counts as damaged', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push(FILES)
  const repository = await scene.open()
  await repository.fetch('main')
  const gitdir = join(scene.directory, 'repository.git')
  const before = await readdir(gitdir, { recursive: true })
  const oids = (await repository.treeEntries(head, '')).map(({ oid }) => oid)
  const reads = Array.from({ length: 20 }, () => filesOf(repository, head))
  await repository[Symbol.asyncDispose]()
  const ends = await Promise.allSettled(reads)
  const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  t.true(errors.every(({ name }) => name === 'AbortError'))
  await t.throwsAsync(repository.readBlobs(oids), { name: 'AbortError' })
  t.deepEqual(await readdir(gitdir, { recursive: true }), before)
  t.deepEqual(scene.warnings, [])
})

test('the list of shallow commits is replaced as a whole, so that no kill can cut it short', async (t) => {
  const scene = await gitScene(t)
  const old = await scene.push(FILES)
  await scene.push({ 'eu/b.yaml': 'b: 3\n' })
  const repository = await scene.open()
  await repository.fetch('main')
  const shallow = join(scene.directory, 'repository.git', 'shallow')
  const before = await stat(shallow)
  await repository.fetchCommit(old, { branch: 'main' })
  const after = await stat(shallow)
  t.true(after.size > before.size)
  t.not(after.ino, before.ino)
})

test('what a killed clone leaves is removed', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push(FILES)
  const packs = join(scene.directory, 'repository.git', 'objects', 'pack')
  await mkdir(packs, { recursive: true })
  await writeFile(join(packs, 'pack-1.pack'), 'PACK')
  await mkdir(join(scene.directory, 'repository.git-1234'))
  const repository = await scene.open()
  await repository.fetch('main')
  t.deepEqual(await filesOf(repository, head), FILES)
  t.deepEqual((await readdir(scene.directory)).sort(), ['lock', 'repository.git', 'status.git'])
  t.false((await readdir(packs)).includes('pack-1.pack'))
})

async function onPack(
  gitdir: string,
  ending: string,
  action: (file: string) => Promise<void>,
): Promise<void> {
  const directory = join(gitdir, 'objects', 'pack')
  for (const file of await readdir(directory)) if (file.endsWith(ending)) await action(join(directory, file))
}

async function flipMiddle(file: string): Promise<void> {
  const bytes = await readFile(file)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  await writeFile(file, bytes)
}

async function replaceByDirectory(path: string): Promise<void> {
  await rm(path)
  await mkdir(path)
}
