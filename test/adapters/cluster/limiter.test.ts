import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { ApiError } from '../../../src/adapters/cluster/api-error.ts'
import { Limiter } from '../../../src/adapters/cluster/limiter.ts'

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
  const second = limiter.run(async () => t.fail('it ran'), { signal: abort.signal })
  await first
  await t.throwsAsync(second, { name: 'AbortError' })
  t.is(await limiter.run(async () => 'free again'), 'free again')
})

test('a task that is aborted while it waits ends at once', async (t) => {
  const limiter = new Limiter(1)
  const abort = new AbortController()
  const gate = Promise.withResolvers<void>()
  const first = limiter.run(() => gate.promise)
  const second = limiter.run(async () => t.fail('it ran'), { signal: abort.signal })
  abort.abort(new Error('no more'))
  await t.throwsAsync(second, { message: 'no more' })
  gate.resolve()
  await first
  t.is(await limiter.run(async () => 'free'), 'free')
})

test('a server that asks for time is left alone by everybody', async (t) => {
  const limiter = new Limiter()
  const start = performance.now()
  await t.throwsAsync(limiter.run(() => Promise.reject(busy(0.1))))
  const waited = await Promise.all([1, 2, 3].map(() => limiter.run(async () => performance.now() - start)))
  for (const ms of waited) t.true(ms > 90, `${ms}`)
  t.is(limiter.limit, 8)
})

test('a server that asks for time is asked again at the end, or by somebody who cannot wait', async (t) => {
  const limiter = new Limiter()
  await t.throwsAsync(limiter.run(() => Promise.reject(busy(3600))))
  let ran = false
  const waiting = limiter.run(async () => {
    ran = true
  })
  await sleep(50)
  t.false(ran)
  limiter.open()
  await waiting
  t.true(ran)
})

test('a refusal that is not for want of time changes nothing', async (t) => {
  const limiter = new Limiter()
  for (const code of [403, 409, 422, 500, 503])
    await t.throwsAsync(
      limiter.run(() => Promise.reject(new ApiError({ code, reason: '', message: 'no' }))),
      { message: 'no' },
    )
  t.is(limiter.limit, 16)
})

test('the lanes have their turns, however many wait in one of them', async (t) => {
  const limiter = new Limiter(1)
  const order: string[] = []
  const run = (lane: string) => limiter.run(async () => void order.push(lane), { lane })
  await Promise.all(['a', 'a', 'a', 'a', 'b', 'c', 'b'].map(run))
  t.deepEqual(order, ['a', 'a', 'b', 'c', 'a', 'b', 'a'])
})

test('requests of one lane that hang keep no other from its turn, and are not many at once', async (t) => {
  const limiter = new Limiter()
  const gate = Promise.withResolvers<void>()
  t.teardown(() => gate.resolve())
  let hanging = 0
  let most = 0
  let tooMany = 0
  const start = performance.now()
  const hang = async () => {
    most = Math.max(most, ++hanging)
    // Later those that hang give their places to others, and the limit may come down below their number.
    if (performance.now() - start < 1_000 && hanging > limiter.limit) tooMany = hanging
    await gate.promise
    hanging--
  }
  const slow = Array.from({ length: 100 }, () => limiter.run(hang, { lane: 'slow' }))
  const others = Array.from({ length: 100 }, (_, n) =>
    limiter.run(() => sleep(1), { lane: `other ${n % 3}` }),
  )
  await Promise.all(others)
  t.true(hanging > 0)
  t.is(tooMany, 0)
  gate.resolve()
  await Promise.all(slow)
  t.true(most < 100, `${most} at once`)
})

test('many lanes whose requests hang share what may be under way', async (t) => {
  const limiter = new Limiter()
  const gate = Promise.withResolvers<void>()
  let hanging = 0
  let most = 0
  const hang = async () => {
    most = Math.max(most, ++hanging)
    await gate.promise
    hanging--
  }
  const lanes = Array.from({ length: 400 }, (_, n) => limiter.run(hang, { lane: `slow ${n % 10}` }))
  await limiter.run(() => sleep(1), { lane: 'other' })
  t.true(most <= 16 * 9, `${most}`)
  gate.resolve()
  await Promise.all(lanes)
})

test('a webhook that refuses with the code of a server that has too much to do stops nobody', async (t) => {
  const limiter = new Limiter()
  const message = 'admission webhook "quota.e2e.dev" denied the request: too many'
  const refusal = new ApiError({ code: 429, reason: 'TooManyRequests', message, retryAfterSeconds: 3600 })
  await t.throwsAsync(limiter.run(() => Promise.reject(refusal)))
  t.is(limiter.limit, 16)
  t.is(await limiter.run(async () => 'on'), 'on')
})

function busy(retryAfterSeconds: number): ApiError {
  return new ApiError({ code: 429, reason: 'TooManyRequests', message: 'later', retryAfterSeconds })
}
