import test from 'ava'
import { Limiter } from '../../src/cluster/limiter.ts'

test('never more than the limit run at once, and all of them run', async (t) => {
  const limiter = new Limiter(3)
  let running = 0
  let most = 0
  const task = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2))
    running--
  }
  await Promise.all(Array.from({ length: 2500 }, () => limiter.run(task)))
  t.is(most, 3)
  t.is(running, 0)
})

test('who waits longest goes first', async (t) => {
  const limiter = new Limiter(1)
  const order: number[] = []
  await Promise.all([1, 2, 3, 4].map((n) => limiter.run(async () => order.push(n))))
  t.deepEqual(order, [1, 2, 3, 4])
})

test('a task that fails gives its place back', async (t) => {
  const limiter = new Limiter(1)
  await t.throwsAsync(
    limiter.run(() => Promise.reject(new Error('no'))),
    { message: 'no' },
  )
  t.is(await limiter.run(async () => 'yes'), 'yes')
})

test('a task that was aborted while it waited does not run', async (t) => {
  const limiter = new Limiter(1)
  const abort = new AbortController()
  const first = limiter.run(async () => abort.abort())
  const second = limiter.run(async () => t.fail('it ran'), abort.signal)
  await first
  await t.throwsAsync(second, { name: 'AbortError' })
  t.is(await limiter.run(async () => 'free again'), 'free again')
})
