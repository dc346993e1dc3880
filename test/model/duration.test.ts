import test from 'ava'
import { formatDelay, formatDuration, parseDuration } from '../../src/model/duration.ts'
import { isSchedule, untilDue } from '../../src/stages/poll/schedule.ts'

const DURATIONS = [
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['1d', 86_400_000],
  ['0s', 0],
  ['', undefined],
  ['30', undefined],
  ['s', undefined],
  ['-5s', undefined],
  ['5 m', undefined],
  ['5x', undefined],
  ['1e3s', undefined],
  [`${'9'.repeat(400)}s`, undefined],
] as const

for (const [text, expected] of DURATIONS) {
  test(`"${text.slice(0, 20)}" is ${expected ?? 'no duration'}`, (t) => {
    t.is(parseDuration(text), expected)
  })
}

const FORMATTED = [
  [0, '0ms'],
  [203.4, '203ms'],
  [999.7, '1s'],
  [6_600.48, '6.6s'],
  [9_970, '10s'],
  [45_200, '45s'],
  [119_800, '2m'],
  [301_234, '5m'],
  [5_400_000, '90m'],
  [7_260_000, '2h1m'],
  [7_200_000, '2h'],
] as const

for (const [ms, text] of FORMATTED) {
  test(`${ms} ms are ${text}`, (t) => {
    t.is(formatDuration(ms), text)
    t.not(parseDuration(text), undefined)
  })
}

test('a delay is told in whole seconds', (t) => {
  t.deepEqual([6_600.48, 300, 59_999].map(formatDelay), ['7s', '1s', '60s'])
})

const SCHEDULES = [
  ['*/1 * * * *', true],
  ['*/10 * * * * *', true],
  ['0 3 * * mon-fri', true],
  ['@daily', true],
  ['', false],
  ['every minute', false],
  ['61 * * * *', false],
  ['* * *', false],
  ['0 0 31 2 *', false],
] as const

for (const [text, expected] of SCHEDULES) {
  test(`"${text}" is ${expected ? 'a' : 'no'} schedule`, (t) => {
    t.is(isSchedule(text), expected)
  })
}

test('a schedule is due in the future', (t) => {
  const wait = untilDue('*/1 * * * *')
  t.true(wait > 0 && wait <= 60_000)
})
