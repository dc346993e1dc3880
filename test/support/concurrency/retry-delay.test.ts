import test from 'ava'
import { retryDelay } from '../../../src/support/concurrency/retry-delay.ts'

test('each failure doubles the delay, up to five minutes', (t) => {
  const most = (failures: number) => retryDelay(failures, undefined, () => 0)
  t.deepEqual([1, 2, 3, 9, 10, 5000].map(most), [1_000, 2_000, 4_000, 256_000, 300_000, 300_000])
})

test('another pace has a first and a longest delay of its own', (t) => {
  const most = (failures: number) => retryDelay(failures, { firstMs: 50, longestMs: 150 }, () => 0)
  t.deepEqual([1, 2, 3].map(most), [50, 100, 150])
})

test('what failed together is not tried again together', (t) => {
  t.is(
    retryDelay(1, undefined, () => 1),
    500,
  )
  const delays = Array.from({ length: 100 }, () => retryDelay(3))
  t.true(new Set(delays).size > 90)
  t.true(delays.every((delay) => delay >= 2_000 && delay <= 4_000))
})
