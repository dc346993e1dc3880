import test from 'ava'
import type { Window } from '../../../src/model/rollout.ts'
import { windowsAt } from '../../../src/stages/rollout/windows.ts'

const HOUR = 3_600_000

const nights: Window = { kind: 'allow', schedule: '0 2 * * *', duration: 2 * HOUR, timeZone: 'Europe/Berlin' }
const fridays: Window = { kind: 'deny', schedule: '0 0 * * 5', duration: 24 * HOUR, timeZone: 'UTC' }

const at = (time: string, ...windows: readonly Window[]) => {
  const { isOpen, until } = windowsAt(windows, Date.parse(time))
  return [isOpen, until === undefined ? undefined : new Date(until).toISOString()]
}

test('without windows moves may always begin', (t) => {
  t.deepEqual(at('2026-11-28T12:00:00Z'), [true, undefined])
})

test('a window is open from its beginning to its end, by the clock of its time zone', (t) => {
  t.deepEqual(at('2026-11-28T00:59:59.999Z', nights), [false, '2026-11-28T01:00:00.000Z'])
  t.deepEqual(at('2026-11-28T01:00:00Z', nights), [true, '2026-11-28T03:00:00.000Z'])
  t.deepEqual(at('2026-11-28T02:59:59.999Z', nights), [true, '2026-11-28T03:00:00.000Z'])
  t.deepEqual(at('2026-11-28T03:00:00Z', nights), [false, '2026-11-29T01:00:00.000Z'])
})

test('one that denies closes those that allow', (t) => {
  t.deepEqual(at('2026-11-27T01:30:00Z', nights, fridays), [false, '2026-11-28T01:00:00.000Z'])
  t.deepEqual(at('2026-11-26T12:00:00Z', fridays), [true, '2026-11-27T00:00:00.000Z'])
})

test('windows follow daylight saving: summer has begun one hour earlier by UTC', (t) => {
  t.deepEqual(at('2026-07-01T12:00:00Z', nights), [false, '2026-07-02T00:00:00.000Z'])
})

test('a window whose beginning does not exist on a night in spring begins when the clock goes on', (t) => {
  // On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00, which is 01:00 UTC.
  t.deepEqual(at('2026-03-29T00:30:00Z', nights), [false, '2026-03-29T01:00:00.000Z'])
})

test('a window in the hour that comes twice in autumn begins once', (t) => {
  // On 2026-10-25 the clocks of Berlin go from 03:00 to 02:00, which is 01:00 UTC.
  const short = { ...nights, schedule: '30 2 * * *', duration: HOUR / 6 }
  const [, opens] = at('2026-10-24T12:00:00Z', short)
  t.is(opens, '2026-10-25T00:30:00.000Z')
  const [, again] = at('2026-10-25T00:45:00Z', short)
  t.is(again, '2026-10-26T01:30:00.000Z')
})

test('a window that lasts longer than the time between its beginnings is always open', (t) => {
  const all: Window = { kind: 'allow', schedule: '0 * * * *', duration: 2 * HOUR, timeZone: 'UTC' }
  t.deepEqual(at('2026-11-28T12:00:00Z', all)[0], true)
})
