import test from 'ava'
import { untilAborted } from '../../../src/support/concurrency/until-aborted.ts'

test('a promise that settles first is what is waited for', async (t) => {
  const { signal } = new AbortController()
  t.is(await untilAborted(Promise.resolve(1), signal), 1)
  await t.throwsAsync(untilAborted(Promise.reject(new Error('failed')), signal), { message: 'failed' })
})

test('a signal that aborts ends the wait with its reason', async (t) => {
  const abort = new AbortController()
  const waiting = untilAborted(new Promise(() => {}), abort.signal)
  abort.abort(new Error('enough'))
  await t.throwsAsync(waiting, { message: 'enough' })
})

test('a promise that fails when no one waits any more ends nothing', async (t) => {
  const late = Promise.withResolvers<never>()
  await t.throwsAsync(untilAborted(late.promise, AbortSignal.abort(new Error('enough'))), {
    message: 'enough',
  })
  late.reject(new Error('late'))
  await new Promise(setImmediate)
  t.pass()
})
