import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'

const program = `
import { setTimeout as sleep } from 'node:timers/promises'
import { SpareMemory } from ${JSON.stringify(new URL('../../src/modules/spare-memory.ts', import.meta.url).href)}
const memory = new SpareMemory(50)
const mebibytes = () => Math.round(process.memoryUsage.rss() / 2 ** 20)
let garbage = Array.from({ length: 2_000_000 }, (_, index) => ({ index, text: 'x' + index }))
garbage = undefined
memory.note()
const before = mebibytes()
await sleep(20)
memory.note() // still something to do
await sleep(40)
const meanwhile = mebibytes()
await sleep(200)
console.log(JSON.stringify({ before, meanwhile, after: mebibytes(), gc: typeof globalThis.gc }))
`

test('what was needed for a while is given back once nothing has been done for some time', async (t) => {
  const args = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { before, meanwhile, after, gc } = JSON.parse(stdout)
  t.true(meanwhile > before - 30, stdout)
  t.true(after < before - 60, stdout)
  t.is(gc, 'undefined')
})
