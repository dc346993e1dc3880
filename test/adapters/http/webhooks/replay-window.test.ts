import test from 'ava'
import type { Delivery } from '../../../../src/adapters/http/webhooks/delivery.ts'
import { isStale, ReplayWindow } from '../../../../src/adapters/http/webhooks/replay-window.ts'

const NOW = 1_800_000_000_000
const MINUTE = 60_000

test('a delivery is known by each of its names, and one that is new by all of them from then on', (t) => {
  const window = new ReplayWindow()
  t.false(window.isRepeated(['a', 'b']))
  t.true(window.isRepeated(['b', 'c']))
  t.true(window.isRepeated(['a']))
  t.false(window.isRepeated(['c']), 'what is refused is not remembered')
})

test('20,000 names are remembered, and no more', (t) => {
  const window = new ReplayWindow()
  for (let index = 0; index <= 20_000; index += 1) window.isRepeated([`${index}`])
  t.true(window.isRepeated(['1']))
  t.false(window.isRepeated(['0']))
})

test('an event is stale ten minutes later, or as long before', (t) => {
  const github: Delivery = { forge: 'github', event: 'push', headers: {} }
  const stale = (at?: number) =>
    isStale(github, { kind: 'push', repository: 'a/b', branch: 'main', ...(at !== undefined && { at }) }, NOW)
  t.deepEqual(
    [-10, 10, 0].map((minutes) => stale(NOW + minutes * MINUTE)),
    [false, false, false],
  )
  t.deepEqual(
    [-10.1, 10.1].map((minutes) => stale(NOW + minutes * MINUTE)),
    [true, true],
  )
  t.true(stale(0))
  t.false(stale(), 'one without a time')
  t.false(isStale(github, { kind: 'ping' }, NOW))
  t.false(isStale(github, undefined, NOW))
})

test('the time that GitLab signs counts, and must be one', (t) => {
  const stale = (time: string | undefined, signature: string | undefined = 'v1,x') =>
    isStale(
      {
        forge: 'gitlab',
        event: 'Push Hook',
        headers: { 'webhook-timestamp': time, 'webhook-signature': signature },
      },
      undefined,
      NOW,
    )
  t.false(stale(String(NOW / 1_000)))
  for (const time of [String(NOW), '1', '-1', '1e9', '0x10', '', ' 1', undefined]) t.true(stale(time), time)
  t.false(
    isStale({ forge: 'gitlab', event: 'Push Hook', headers: { 'webhook-timestamp': '1' } }, undefined, NOW),
  )
})
