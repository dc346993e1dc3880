import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'

const module = JSON.stringify(new URL('../../src/roles/spare-memory.ts', import.meta.url).href)

const program = `
import { mock } from 'node:test'
import { SpareMemory } from ${module}
mock.timers.enable({ apis: ['setTimeout'] })
const memory = new SpareMemory(50)
const mebibytes = () => Math.round(process.memoryUsage.rss() / 2 ** 20)
let garbage = Array.from({ length: 2_000_000 }, (_, index) => ({ index, text: 'x' + index }))
garbage = undefined
memory.note()
const before = mebibytes()
mock.timers.tick(40)
memory.note() // still something to do
mock.timers.tick(40)
const meanwhile = mebibytes()
mock.timers.tick(10)
console.log(JSON.stringify({ before, meanwhile, after: mebibytes(), gc: typeof globalThis.gc }))
`

const threads = `
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread, Worker } from 'node:worker_threads'
import { SpareMemory } from ${module}
if (isMainThread) {
  for (let count = 0; count < 4; count++) new Worker(process.argv[1])
} else {
  for (let round = 0; round < 100; round++) {
    new SpareMemory(0).note()
    await sleep(1)
  }
}
`

test('what was needed for a while is given back once nothing has been done for some time', async (t) => {
  const args = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { before, meanwhile, after, gc } = JSON.parse(stdout)
  t.true(meanwhile > before - 30, stdout)
  t.true(after < before - 60, stdout)
  t.is(gc, 'undefined')
})

test('threads do not hinder each other', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-threads-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const file = join(directory, 'threads.mjs')
  await writeFile(file, threads)
  await t.notThrowsAsync(promisify(execFile)(process.execPath, [file]))
})
