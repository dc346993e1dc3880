import test from 'ava'
import { lastDue, nextDue } from '../../../src/control/jobs/due-times.ts'

const at = (text: string) => Date.parse(text)

const CASES = [
  {
    title: 'each day',
    schedule: '0 3 * * *',
    timeZone: 'UTC',
    now: '2026-12-01T12:00:00Z',
    last: '2026-12-01T03:00:00Z',
    next: '2026-12-02T03:00:00Z',
  },
  {
    title: 'at its very time',
    schedule: '0 3 * * *',
    timeZone: 'UTC',
    now: '2026-12-01T03:00:00Z',
    last: '2026-12-01T03:00:00Z',
    next: '2026-12-02T03:00:00Z',
  },
  {
    title: 'in a time zone',
    schedule: '30 4 * * 1',
    timeZone: 'Europe/Berlin',
    now: '2026-07-07T00:00:00Z',
    last: '2026-07-06T02:30:00Z',
    next: '2026-07-13T02:30:00Z',
  },
  {
    title: 'over a change of the clocks',
    schedule: '0 12 * * *',
    timeZone: 'America/New_York',
    now: '2026-03-08T16:30:00Z',
    last: '2026-03-08T16:00:00Z',
    next: '2026-03-09T16:00:00Z',
  },
]

for (const { title, schedule, timeZone, now, last, next } of CASES)
  test(`when it was and is due: ${title}`, (t) => {
    t.is(lastDue({ schedule, timeZone }, at(now)), at(last))
    t.is(nextDue({ schedule, timeZone }, at(now)), at(next))
  })
