import { execFile } from 'node:child_process'
import { totalmem } from 'node:os'
import { promisify } from 'node:util'
import test from 'ava'
import { budgetsFor } from '../../../src/model/budgets.ts'
import { memoryLimit } from '../../../src/support/memory/memory-limit.ts'

const MODULE = new URL('../../../src/support/memory/memory-limit.ts', import.meta.url).href
const MIB = 1024 ** 2

/** What a process with so large a heap may use, in MiB. */
async function limitWithHeap(mebibytes: number): Promise<number> {
  const script = `import { memoryLimit } from '${MODULE}'; console.log(memoryLimit())`
  const heap = [`--max-old-space-size=${mebibytes}`, '--max-semi-space-size=16']
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...heap,
    '--input-type=module',
    '-e',
    script,
  ])
  return Number(stdout) / MIB
}

test('the memory is that of the machine at most', (t) => {
  t.true(memoryLimit() > 0)
  t.true(memoryLimit() <= totalmem())
})

test('a small heap is half of the memory', async (t) => {
  const [small, large] = await Promise.all([limitWithHeap(64), limitWithHeap(256)])
  t.true(small >= 128 && small < 256, `${small}`)
  t.true(large >= 400 && large < 640, `${large}`)
})

test('a budget is its share of the memory, between its floor and its cap', (t) => {
  t.is(budgetsFor(0).gitAnswer, 64 * MIB)
  t.is(budgetsFor(2048 * MIB).gitAnswer, 256 * MIB)
  t.is(budgetsFor(2 ** 50).gitAnswer, 1024 * MIB)
})
