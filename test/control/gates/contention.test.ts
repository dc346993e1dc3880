import test from 'ava'
import { Contention } from '../../../src/control/gates/contention.ts'

/** Puts a field back at these times (ms) and gives how long to wait after the last. */
function delayAfter(...times: readonly number[]): number {
  const contention = new Contention()
  for (const time of times) contention.note('field', time)
  return contention.delay('field', times.at(-1) ?? 0)
}

/** A random part is taken off each delay. */
function isAbout(delay: number, longest: number): boolean {
  return delay > longest / 2 && delay <= longest
}

test('a field is put back at once a few times, then less and less often', (t) => {
  t.is(delayAfter(), 0)
  t.is(delayAfter(0, 10, 20), 0)
  t.true(isAbout(delayAfter(0, 10, 20, 30), 2_000))
  t.true(isAbout(delayAfter(0, 10, 20, 30, 2_040), 4_000))
  t.true(isAbout(delayAfter(0, 10, 20, 30, 2_040, 6_040), 8_000))
})

test('it is put back every five minutes at least', (t) => {
  const contention = new Contention()
  let now = 0
  for (let round = 0; round < 30; round += 1) {
    contention.note('field', now)
    now += contention.delay('field', now)
  }
  contention.note('field', now)
  t.true(isAbout(contention.delay('field', now), 300_000))
})

test('a wait passes with the time', (t) => {
  const contention = new Contention()
  for (const time of [0, 10, 20, 30]) contention.note('field', time)
  t.is(contention.delay('field', 1_030), Math.max(0, contention.delay('field', 30) - 1_000))
  t.is(contention.delay('field', 2_030), 0)
})

test('what changes now and then is no contention', (t) => {
  t.is(delayAfter(0, 61_000, 122_000, 183_000, 244_000), 0)
})

test('different fields do not add up, nor is one forgotten for others', (t) => {
  const contention = new Contention()
  for (let time = 0; time < 10; time += 1) contention.note(`field ${time}`, time)
  t.is(contention.delay('field 9', 9), 0)
  for (const time of [50_000, 50_010, 50_020, 50_030]) contention.note('one', time)
  contention.note('other', 61_000)
  contention.note('one', 61_010)
  t.true(isAbout(contention.delay('one', 61_010), 4_000))
})
