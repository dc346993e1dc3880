import test from 'ava'
import { Serial } from '../../../src/support/concurrency/serial.ts'

test('actions run one after the other, also after one that fails', async (t) => {
  const serial = new Serial()
  const ran: string[] = []
  const first = serial.run(async () => {
    ran.push('first')
    throw new Error('no')
  })
  const second = serial.run(async () => ran.push('second'))
  await t.throwsAsync(first, { message: 'no' })
  await second
  t.deepEqual(ran, ['first', 'second'])
})

test('what is no longer waited for is left out, and what comes after it has its turn', async (t) => {
  const serial = new Serial()
  const hanging = Promise.withResolvers<void>()
  void serial.run(() => hanging.promise)
  const late = new AbortController()
  const left = serial.run(async () => t.fail(), late.signal)
  const next = serial.run(async () => 'next', new AbortController().signal)
  late.abort(new Error('late'))
  await t.throwsAsync(left, { message: 'late' })
  hanging.resolve()
  t.is(await next, 'next')
})

test('what has begun goes on to its end', async (t) => {
  const serial = new Serial()
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<string>()
  const late = new AbortController()
  const running = serial.run(() => {
    begun.resolve()
    return end.promise
  }, late.signal)
  await begun.promise
  late.abort(new Error('late'))
  end.resolve('done')
  t.is(await running, 'done')
})
