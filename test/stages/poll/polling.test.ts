import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { type PollingOptions, startPolling } from '../../../src/stages/poll/polling.ts'

interface Scene {
  readonly asked: number[]
  readonly heads: string[]
  readonly errors: { readonly error: unknown; readonly retryInMs: number }[]
  readonly polling: ReturnType<typeof startPolling>
}

function poll(t: ExecutionContext, options: Partial<PollingOptions>): Scene {
  const asked: number[] = []
  const heads: string[] = []
  const errors: Scene['errors'] = []
  const { ask = async () => 'head', ...others } = options
  const polling = startPolling({
    rhythm: { interval: 20 },
    onHead: (oid) => void heads.push(oid),
    onError: (error, retryInMs) => void errors.push({ error, retryInMs }),
    ...others,
    ask: (signal) => {
      asked.push(performance.now())
      return ask(signal)
    },
  })
  t.teardown(() => polling[Symbol.asyncDispose]())
  return { asked, heads, errors, polling }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2)
}

test('it asks at once and then in its rhythm', async (t) => {
  const { asked, heads } = poll(t, {})
  t.is(asked.length, 1)
  await until(() => heads.length === 4)
  const gaps = asked.slice(1).map((time, at) => time - (asked[at] ?? 0))
  t.true(
    gaps.every((gap) => gap >= 17),
    gaps.join(' '),
  )
})

test('waits differ, so that many do not ask at once', async (t) => {
  const { asked } = poll(t, { rhythm: { interval: 40 }, jitter: 0.9 })
  await until(() => asked.length === 6)
  const gaps = asked.slice(1).map((time, at) => Math.round(time - (asked[at] ?? 0)))
  t.true(new Set(gaps).size > 2, gaps.join(' '))
})

test('never two questions at once, and pollNow asks again when the one under way has ended', async (t) => {
  let under = 0
  let most = 0
  const { asked, polling } = poll(t, {
    rhythm: { interval: 100_000 },
    ask: async () => {
      under += 1
      most = Math.max(most, under)
      await sleep(30)
      under -= 1
      return 'head'
    },
  })
  polling.pollNow()
  polling.pollNow()
  polling.pollNow()
  await until(() => asked.length === 2 && under === 0)
  await sleep(50)
  t.is(asked.length, 2)
  polling.pollNow()
  t.is(asked.length, 3)
  t.is(most, 1)
})

test('after errors it waits longer and longer, up to a limit, and as before after a success', async (t) => {
  let broken = true
  const { errors, heads, asked } = poll(t, {
    firstBackoff: 4,
    longestBackoff: 30,
    ask: async () => {
      if (broken) throw new Error('down')
      return 'head'
    },
  })
  await until(() => errors.length === 6)
  const waits = errors.map(({ retryInMs }) => retryInMs)
  t.true(
    waits.every((wait, at) => wait <= Math.min(30, 4 * 2 ** at) && wait >= Math.min(30, 4 * 2 ** at) / 2),
  )
  broken = false
  await until(() => heads.length === 3)
  const [one = 0, other = 0] = asked.slice(-2)
  t.true(other - one < 60)
})

test('what onHead throws is an error like others', async (t) => {
  const { errors } = poll(t, {
    firstBackoff: 5,
    onHead: async () => {
      throw new Error('could not sync')
    },
  })
  await until(() => errors.length === 2)
  t.like(errors[0]?.error, { message: 'could not sync' })
})

test('pollNow while a head is dealt with asks once more when that is done', async (t) => {
  const work = Promise.withResolvers<void>()
  const { asked, polling } = poll(t, { rhythm: { interval: 100_000 }, onHead: () => work.promise })
  for (let times = 0; times < 3; times += 1) {
    await sleep(5)
    polling.pollNow()
  }
  t.is(asked.length, 1)
  work.resolve()
  await until(() => asked.length === 2)
  await sleep(50)
  t.is(asked.length, 2)
})

test('what an error leads to has ended before it asks again, also where pollNow says so', async (t) => {
  const fallBack = Promise.withResolvers<void>()
  let told = 0
  const { asked, polling } = poll(t, {
    firstBackoff: 1,
    ask: async () => {
      throw new Error('down')
    },
    onError: () => {
      told += 1
      return fallBack.promise
    },
  })
  await until(() => told === 1)
  polling.pollNow()
  await sleep(50)
  t.is(asked.length, 1)
  fallBack.resolve()
  await until(() => asked.length >= 2)
})

test('nothing to tell is no head', async (t) => {
  const { asked, heads } = poll(t, { ask: async () => undefined })
  await until(() => asked.length === 3)
  t.deepEqual(heads, [])
})

test('stopping tells what is under way, waits for it, and leaves no timer', async (t) => {
  let ended = false
  const { asked, heads, errors, polling } = poll(t, {
    ask: async (signal) => {
      await sleep(10_000, undefined, { signal }).catch(() => undefined)
      ended = true
      return 'head'
    },
  })
  await polling[Symbol.asyncDispose]()
  t.true(ended)
  polling.pollNow()
  await sleep(60)
  t.is(asked.length, 1)
  t.deepEqual([...heads, ...errors], [])
})

test('with a schedule it asks when that is due', async (t) => {
  const { asked } = poll(t, { rhythm: { schedule: '* * * * * *' }, jitter: 0 })
  await until(() => asked.length === 3)
  const [, second = 0, third = 0] = asked
  t.true(third - second > 900 && third - second < 1_500, `${third - second}`)
})
