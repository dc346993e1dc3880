import test from 'ava'
import { RateWindow } from '../../../src/support/exchange/rate-window.ts'

const LEAST = { bytesPerSecond: 1_000, graceMs: 30_000, windowMs: 60_000 }

/** The rate each second, of a transfer of so many bytes in each. */
function rates(perSecond: readonly number[]): readonly (number | undefined)[] {
  const window = new RateWindow(LEAST, 5_000, 77)
  let bytes = 77
  return perSecond.map((more, second) => {
    bytes += more
    return window.sample(5_000 + (second + 1) * 1_000, bytes)
  })
}

test('it is too early to tell until the grace and a window are over', (t) => {
  const [all] = [rates(Array(120).fill(100))]
  t.is(
    all.findIndex((rate) => rate !== undefined),
    89,
  )
  t.is(all[89], 100)
})

test('the average is of the last window alone: a fast beginning is no credit', (t) => {
  const found = rates([...Array(60).fill(1_000_000), ...Array(100).fill(0)])
  t.is(found[119], 0)
  t.is(found[89], 500_000)
})

test('a burst counts for as long as it is in the window', (t) => {
  const found = rates([...Array(100).fill(0), 60_000, ...Array(100).fill(0)])
  t.is(found[100], 1_000)
  t.is(found[159], 1_000)
  t.is(found[160], 0)
})

test('samples far apart are averaged over the time between them', (t) => {
  const window = new RateWindow(LEAST, 0, 0)
  t.is(window.sample(300_000, 300_000), 1_000)
})
