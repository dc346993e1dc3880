import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { type PaceOptions, startPace } from '../../../src/support/exchange/pace.ts'
import { TooSlow } from '../../../src/support/exchange/too-slow.ts'

function start(options: Partial<PaceOptions>, tellAfter?: number) {
  const told: number[] = []
  const pace = startPace({
    silenceMs: 60_000,
    totalMs: 60_000,
    ...(tellAfter && { onSilence: { afterMs: tellAfter, tell: (silentMs) => told.push(silentMs) } }),
    ...options,
  })
  return { told, pace }
}

async function slowness(signal: AbortSignal): Promise<TooSlow> {
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve())
  if (!signal.aborted) await promise
  if (!(signal.reason instanceof TooSlow)) throw new Error('it is something else')
  return signal.reason
}

const RATE = { bytesPerSecond: 1_000, graceMs: 100, windowMs: 200 }

test('silence is told once, and ends with a reason that says how long it was', async (t) => {
  const { told, pace } = start({ silenceMs: 60 }, 20)
  const { bound, message } = await slowness(pace.tooSlow)
  t.deepEqual([bound, message], ['silence', 'timeout: nothing arrived for 0.06 s'])
  t.is(told.length, 1)
  t.true((told[0] ?? 0) >= 20)
})

test('what comes now and then breaks it', async (t) => {
  const { told, pace } = start({ silenceMs: 2_000 }, 1_000)
  const beat = setInterval(() => pace.moved(0), 100)
  await sleep(2_500)
  clearInterval(beat)
  pace.end()
  t.false(pace.tooSlow.aborted)
  t.deepEqual(told, [])
})

test('what says nothing by itself does not break it', async (t) => {
  const { pace } = start({ silenceMs: 300 })
  const beat = setInterval(() => pace.trickled(1), 20)
  const { bound, message } = await slowness(pace.tooSlow)
  clearInterval(beat)
  t.is(bound, 'silence')
  t.regex(message, /^timeout: no more than \d+ bytes arrived for 0\.3 s$/)
})

test('after its end nothing is told', async (t) => {
  const { told, pace } = start({ silenceMs: 20, totalMs: 20, rate: RATE }, 10)
  pace.end()
  pace.flows(true)
  pace.endWithin(1)
  await sleep(60)
  t.false(pace.tooSlow.aborted)
  t.deepEqual(told, [])
})

test('a process that was kept from working takes in first what has come meanwhile', async (t) => {
  const { told, pace } = start({ silenceMs: 100 }, 50)
  setImmediate(() => pace.moved(1)) // as what is read from a socket: before timers that are set after it
  const end = performance.now() + 200
  while (performance.now() < end);
  await new Promise((resolve) => setImmediate(resolve))
  pace.end()
  t.false(pace.tooSlow.aborted)
  t.deepEqual(told, [])
})

test('however much comes, it ends when its time is over', async (t) => {
  const { pace } = start({ totalMs: 300 })
  const beat = setInterval(() => pace.moved(1_000_000), 5)
  const { bound, message } = await slowness(pace.tooSlow)
  clearInterval(beat)
  t.deepEqual([bound, message], ['total', 'timeout: not finished within 0.3 s'])
})

test('the rest may have less time than the whole', async (t) => {
  const { pace } = start({})
  pace.endWithin(20)
  t.is((await slowness(pace.tooSlow)).bound, 'total')
})

test('data that trickles is too slow', async (t) => {
  const { pace } = start({ rate: RATE })
  pace.flows(true)
  const beat = setInterval(() => pace.moved(1), 20)
  const { bound, message } = await slowness(pace.tooSlow)
  clearInterval(beat)
  t.is(bound, 'rate')
  t.regex(message, /^too slow: \d{1,2} bytes\/s over 0\.2 s, less than 1000 bytes\/s$/)
})

test('while the other side works, and where there is no least rate, a trickle is waited for', async (t) => {
  const { pace } = start({ rate: RATE })
  pace.flows(true)
  pace.flows(false)
  const { pace: boundless } = start({ rate: { ...RATE, bytesPerSecond: 0 } })
  boundless.flows(true)
  await sleep(600)
  t.false(pace.tooSlow.aborted || boundless.tooSlow.aborted)
  pace.end()
  boundless.end()
})
