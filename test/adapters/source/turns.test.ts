import test from 'ava'
import { Turns } from '../../../src/support/concurrency/turns.ts'
import { until } from '../../helpers/until.ts'

const never = () => new Promise<never>(() => {})

test('what hangs takes no turns from others, up to a number of hanging ones', async (t) => {
  const turns = new Turns({ atOnce: 2, slowAfterMs: 20, slowAtOnce: 4 })
  for (let index = 0; index < 4; index += 1) void turns.run(never)
  t.is(await turns.run(async () => 'done'), 'done')
  for (let index = 0; index < 2; index += 1) void turns.run(never)
  let isDone = false
  void turns.run(async () => {
    isDone = true
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.false(isDone)
})

test('only so many go on at once, in their order', async (t) => {
  const turns = new Turns({ atOnce: 1, slowAfterMs: 60_000, slowAtOnce: 4 })
  const order: number[] = []
  const first = Promise.withResolvers<void>()
  void turns.run(() => first.promise)
  const others = [1, 2, 3].map((number) => turns.run(async () => order.push(number)))
  t.deepEqual(order, [])
  first.resolve()
  await Promise.all(others)
  t.deepEqual(order, [1, 2, 3])
})

test('what fails gives its turn back', async (t) => {
  const turns = new Turns({ atOnce: 1, slowAfterMs: 1, slowAtOnce: 1 })
  await t.throwsAsync(
    turns.run(() => Promise.reject(new Error('no'))),
    { message: 'no' },
  )
  const slow = Promise.withResolvers<void>()
  let isSlow = false
  void turns.run(() => slow.promise)
  void turns.run(async () => {
    isSlow = true
  })
  await until('its turn to be given back', async () => isSlow)
  slow.resolve()
  t.is(await turns.run(async () => 'done'), 'done')
})
