import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { lockDataDir } from '../../../src/adapters/git/data-dir-lock.ts'
import { thisProcess } from '../../../src/adapters/git/process-identity.ts'
import { promptDirectory } from '../../../src/adapters/git/usable-directory.ts'
import { FaultError } from '../../../src/model/fault.ts'
import { run } from '../../../src/sandbox/child.ts'
import { temporaryDirectory } from '../../helpers/temporary-directory.ts'
import { codeOf, gitScene } from './set-up.ts'

test('a data directory belongs to one holder at a time', async (t) => {
  const directory = await temporaryDirectory(t)
  const lock = await lockDataDir(directory)
  t.is(await codeOf(lockDataDir(directory)), 'data-dir-locked')
  await lock[Symbol.asyncDispose]()
  const next = await lockDataDir(directory)
  await next[Symbol.asyncDispose]()
  t.deepEqual(await readdir(directory), [])
})

test('of many that try at once, one gets it', async (t) => {
  const directory = await temporaryDirectory(t)
  await writeFile(join(directory, 'lock'), JSON.stringify({ ...thisProcess(), started: 'long ago' }))
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(directory)))
  const held = results.filter(({ status }) => status === 'fulfilled')
  t.is(held.length, 1)
  for (const result of results) if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]()
  t.deepEqual(await readdir(directory), [])
})

test('the lock of a killed process is taken over, that of a running one is not', async (t) => {
  const directory = await temporaryDirectory(t)
  const child = fork(join(import.meta.dirname, 'hold-lock.ts'), [directory])
  t.teardown(() => child.kill('SIGKILL'))
  await once(child, 'message')
  t.is(await codeOf(lockDataDir(directory)), 'data-dir-locked')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockDataDir(directory))[Symbol.asyncDispose]()
  t.pass()
})

test('a later process with the same pid does not hold the lock', async (t) => {
  const directory = await temporaryDirectory(t)
  await writeFile(join(directory, 'lock'), JSON.stringify({ ...thisProcess(), started: '1' }))
  const lock = await lockDataDir(directory)
  t.regex(await readFile(join(directory, 'lock'), 'utf8'), new RegExp(`"started":"${thisProcess().started}"`))
  await lock[Symbol.asyncDispose]()
})

test('a holder on another host counts as long as its heart beats', async (t) => {
  const directory = await temporaryDirectory(t)
  const file = join(directory, 'lock')
  await writeFile(file, JSON.stringify({ host: 'elsewhere', pid: 1, started: '1' }))
  t.is(await codeOf(lockDataDir(directory)), 'data-dir-locked')
  const earlier = new Date(Date.now() - 120_000)
  await utimes(file, earlier, earlier)
  await (await lockDataDir(directory))[Symbol.asyncDispose]()
  t.pass()
})

test('a lock file of garbage holds nobody off', async (t) => {
  const directory = await temporaryDirectory(t)
  await writeFile(join(directory, 'lock'), '{')
  await (await lockDataDir(directory))[Symbol.asyncDispose]()
  t.pass()
})

test('a repository keeps its data directory until it is closed', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  t.is(await codeOf(scene.open()), 'data-dir-locked')
  await repository[Symbol.asyncDispose]()
  await (await scene.open())[Symbol.asyncDispose]()
  t.pass()
})

test('a data directory that cannot be made is data-dir-unusable', async (t) => {
  const scene = await gitScene(t)
  const file = join(await temporaryDirectory(t), 'file')
  await writeFile(file, '')
  t.is(await codeOf(scene.open({ directory: join(file, 'data') })), 'data-dir-unusable')
})

for (const name of ['lock', 'repository.git/config', 'status.git/HEAD'])
  test(`a named pipe at ${name} is told, and not waited for`, async (t) => {
    const scene = await gitScene(t)
    await mkdir(join(scene.directory, name, '..'), { recursive: true })
    await run(['mkfifo'], [join(scene.directory, name)])
    const error = await t.throwsAsync(scene.open(), { instanceOf: FaultError })
    t.true(error instanceof FaultError && error.fault.code === 'data-dir-unusable')
    t.true(error?.message.includes(`${name} is neither a file nor a directory`))
  })

test('a file system that does not answer is told', async (t) => {
  const error = await t.throwsAsync(promptDirectory('/mnt/gone', () => new Promise(() => {}), 50))
  t.regex(
    error?.message ?? '',
    /data directory cannot be used: \/mnt\/gone \(its file system did not answer within/,
  )
})
