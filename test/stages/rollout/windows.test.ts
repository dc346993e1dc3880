import test from 'ava'
import { Cron } from 'croner'
import fc from 'fast-check'
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

const every = (kind: Window['kind'], schedule: string, duration: number): Window => ({
  kind,
  schedule,
  duration,
  timeZone: 'Europe/Berlin',
})

test('windows that follow one another without a gap are one', (t) => {
  const days = every('allow', '0 0 * * 1-5', 24 * HOUR)
  t.deepEqual(at('2026-11-30T12:00:00Z', days), [true, '2026-12-04T23:00:00.000Z'])
  const nightly = [every('allow', '0 22 * * *', 4 * HOUR), every('allow', '0 1 * * *', 3 * HOUR)]
  t.deepEqual(at('2026-11-30T22:00:00Z', ...nightly), [true, '2026-12-01T03:00:00.000Z'])
})

test('windows that deny and begin often do not hide the next one that allows', (t) => {
  const weekly = every('allow', '0 3 * * 0', HOUR)
  const often = every('deny', '*/5 * * * *', 60_000)
  t.deepEqual(at('2026-11-30T12:00:00Z', weekly, often), [false, '2026-12-06T02:01:00.000Z'])
})

test('what changes at once is as if it did not: as one begins another one ends', (t) => {
  const mornings = every('allow', '0 6 * * *', 6 * HOUR)
  const denied = every('deny', '0 6 * * *', 6 * HOUR)
  t.deepEqual(at('2026-11-30T06:00:00Z', mornings, denied), [false, undefined])
  const early = every('deny', '0 0 * * *', 6 * HOUR)
  t.deepEqual(at('2026-11-30T01:00:00Z', mornings, early), [false, '2026-11-30T05:00:00.000Z'])
})

test('the end of windows that are always open, or never, is not known, which takes little time to say', (t) => {
  const many = (kind: Window['kind']) =>
    Array.from({ length: 20 }, (_, index) => every(kind, '* * * * *', 120_000 + index))
  const before = performance.now()
  t.deepEqual(at('2026-11-30T12:00:00Z', ...many('allow')), [true, undefined])
  t.deepEqual(at('2026-11-30T12:00:00Z', ...many('deny')), [false, undefined])
  t.log(`${Math.round(performance.now() - before)} ms`)
})

test('a window of 24 hours is an hour short on the day on which the clock goes back', (t) => {
  const days = every('allow', '0 0 * * *', 24 * HOUR)
  t.deepEqual(at('2026-11-30T12:00:00Z', days), [true, '2027-10-31T22:00:00.000Z'])
  t.deepEqual(at('2027-10-31T22:30:00Z', days), [false, '2027-10-31T23:00:00.000Z'])
})

test('what is known of windows is that of the time that is asked for, also when the clock goes back', (t) => {
  const windows = [nights]
  const states = [
    '2026-11-28T00:00:00Z',
    '2026-11-28T00:30:00Z',
    '2026-11-28T01:00:00Z',
    '2026-11-28T00:59:00Z',
  ]
  t.deepEqual(
    states.map((time) => windowsAt(windows, Date.parse(time)).isOpen),
    [false, false, true, false],
  )
})

/** All times from `from` to `to` in which a window is, found one after another. */
function spansOf({ schedule, duration, timeZone }: Window, from: number, to: number) {
  const spans: (readonly [from: number, to: number])[] = []
  const cron = new Cron(schedule, { timezone: timeZone, paused: true })
  let begun = cron.nextRun(new Date(from - duration - HOUR))
  for (; begun && begun.getTime() < to; begun = cron.nextRun(begun))
    spans.push([begun.getTime(), begun.getTime() + duration])
  return spans
}

test('the state is the same from any time until the one that it says', (t) => {
  const schedules = ['0 */6 * * *', '30 2 * * *', '0 0 * * 0', '15 1-4 * * *', '0 12 28-31 * *']
  const windows = fc.array(
    fc.record({
      kind: fc.constantFrom<Window['kind'][]>('allow', 'deny'),
      schedule: fc.constantFrom(...schedules),
      duration: fc.integer({ min: 1, max: 40 }).map((halves) => (halves * HOUR) / 2),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
    }),
    { minLength: 1, maxLength: 3 },
  )
  // The clocks change after two of them.
  const days = ['2026-03-28T00:00:00Z', '2026-10-24T12:00:00Z', '2026-07-01T00:00:00Z'].map((day) =>
    Date.parse(day),
  )
  const property = fc.property(windows, fc.constantFrom(...days), fc.nat(96), (all, day, halves) => {
    const now = day + (halves * HOUR) / 2
    const horizon = now + 24 * 14 * HOUR
    const spans = all.map((window) => ({ window, spans: spansOf(window, now, horizon) }))
    const isIn = (kind: Window['kind'], time: number) =>
      spans.some(
        ({ window, spans: own }) =>
          window.kind === kind && own.some(([from, to]) => from <= time && time < to),
      )
    const hasAllowing = all.some(({ kind }) => kind === 'allow')
    const isOpenAt = (time: number) => !isIn('deny', time) && (!hasAllowing || isIn('allow', time))
    const { isOpen, until = horizon } = windowsAt(all, now)
    const end = Math.min(until, horizon)
    for (let time = now; time < end; time += HOUR / 4) if (isOpenAt(time) !== isOpen) return false
    return until >= horizon || isOpenAt(until) !== isOpen
  })
  t.notThrows(() => fc.assert(property, { numRuns: 100 }))
})
