import test from 'ava'
import { Limit } from '../../../src/support/concurrency/limit.ts'
import { until } from '../../helpers/until.ts'

const never = () => new Promise<never>(() => {})

test('what hangs takes no turns from others, up to a number of hanging ones', async (t) => {
  const limit = new Limit({ atOnce: 2, slow: { afterMs: 20, atOnce: 4 } })
  for (let index = 0; index < 4; index += 1) void limit.run(never)
  t.is(await limit.run(async () => 'done'), 'done')
  for (let index = 0; index < 2; index += 1) void limit.run(never)
  let isDone = false
  void limit.run(async () => {
    isDone = true
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.false(isDone)
})

test('only so many go on at once, in their order', async (t) => {
  const limit = new Limit({ atOnce: 1 })
  const order: number[] = []
  const first = Promise.withResolvers<void>()
  void limit.run(() => first.promise)
  const others = [1, 2, 3].map((number) => limit.run(async () => order.push(number)))
  t.deepEqual(order, [])
  first.resolve()
  await Promise.all(others)
  t.deepEqual(order, [1, 2, 3])
})

test('what fails gives its turn back', async (t) => {
  const limit = new Limit({ atOnce: 1, slow: { afterMs: 1, atOnce: 1 } })
  await t.throwsAsync(
    limit.run(() => Promise.reject(new Error('no'))),
    { message: 'no' },
  )
  const slow = Promise.withResolvers<void>()
  let isSlow = false
  void limit.run(() => slow.promise)
  void limit.run(async () => {
    isSlow = true
  })
  await until('its turn to be given back', async () => isSlow)
  slow.resolve()
  t.is(await limit.run(async () => 'done'), 'done')
})
