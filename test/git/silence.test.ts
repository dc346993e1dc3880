import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { startSilence } from '../../src/git/silence.ts'

function listen(options: { readonly tellAfter: number; readonly timeout: number }) {
  const told: number[] = []
  const silence = startSilence({ ...options, tell: (silentMs) => told.push(silentMs) })
  return { told, silence }
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)))
}

test('silence is told once, and ends with a reason that says how long it was', async (t) => {
  const { told, silence } = listen({ tellAfter: 20, timeout: 60 })
  const reason = await aborted(silence.tooLong)
  t.regex(String(reason), /timeout: nothing came for 0\.06 s/)
  t.is(told.length, 1)
  t.true((told[0] ?? 0) >= 20)
})

test('what comes now and then breaks it', async (t) => {
  const { told, silence } = listen({ tellAfter: 1_000, timeout: 2_000 })
  const beat = setInterval(() => silence.broken(), 100)
  await sleep(2_500)
  clearInterval(beat)
  silence.end()
  t.false(silence.tooLong.aborted)
  t.deepEqual(told, [])
})

test('after its end nothing is told', async (t) => {
  const { told, silence } = listen({ tellAfter: 10, timeout: 20 })
  silence.end()
  await sleep(60)
  t.false(silence.tooLong.aborted)
  t.deepEqual(told, [])
})

test('a process that was kept from working takes in first what has come meanwhile', async (t) => {
  const { told, silence } = listen({ tellAfter: 50, timeout: 100 })
  setImmediate(() => silence.broken()) // as what is read from a socket: before timers that are set after it
  const end = performance.now() + 200
  while (performance.now() < end);
  await new Promise((resolve) => setImmediate(resolve))
  silence.end()
  t.false(silence.tooLong.aborted)
  t.deepEqual(told, [])
})
