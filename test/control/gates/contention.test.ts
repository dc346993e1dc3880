import test from 'ava'
import { Contention } from '../../../src/control/gates/contention.ts'
import { idOf, type LiveObject } from '../../../src/model/object.ts'

const key = { group: '', kind: 'ConfigMap', namespace: 'eu', name: 'a' }
const id = idOf(key)

/** Puts a field back at these times (ms) and gives how long to wait after the last. */
function delayAfter(...times: readonly number[]): number {
  const contention = new Contention()
  for (const time of times) contention.note(id, 'field', time)
  return contention.delay(id, 'field', times.at(-1) ?? 0)
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
    contention.note(id, 'field', now)
    now += contention.delay(id, 'field', now)
  }
  contention.note(id, 'field', now)
  t.true(isAbout(contention.delay(id, 'field', now), 300_000))
})

test('a wait passes with the time', (t) => {
  const contention = new Contention()
  for (const time of [0, 10, 20, 30]) contention.note(id, 'field', time)
  t.is(contention.delay(id, 'field', 1_030), Math.max(0, contention.delay(id, 'field', 30) - 1_000))
  t.is(contention.delay(id, 'field', 2_030), 0)
})

test('what changes now and then is no contention', (t) => {
  t.is(delayAfter(0, 61_000, 122_000, 183_000, 244_000), 0)
})

test('different fields do not add up, nor is one forgotten for others', (t) => {
  const contention = new Contention()
  for (let time = 0; time < 10; time += 1) contention.note(id, `field ${time}`, time)
  t.is(contention.delay(id, 'field 9', 9), 0)
  for (const time of [50_000, 50_010, 50_020, 50_030]) contention.note(id, 'one', time)
  contention.note(id, 'other', 61_000)
  contention.note(id, 'one', 61_010)
  t.true(isAbout(contention.delay(id, 'one', 61_010), 4_000))
})

test('the last state of an object is known for as long as it was created again lately', (t) => {
  const contention = new Contention()
  const metadata = { name: 'a', namespace: 'eu', uid: '1', resourceVersion: '1' }
  const live: LiveObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata }
  contention.noteGone(id, live)
  t.is(contention.gone(id), undefined, 'nobody had created it again')
  contention.note(id, 'create', 0)
  contention.noteGone(id, live)
  t.is(contention.gone(id), live)
  contention.note(id, '/data/key', 59_000)
  contention.note(idOf({ ...key, name: 'b' }), 'create', 120_000)
  t.is(contention.gone(id), undefined)
})
