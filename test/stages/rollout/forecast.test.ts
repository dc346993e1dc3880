import test from 'ava'
import fc from 'fast-check'
import type { Rollout } from '../../../src/model/rollout.ts'
import { forecast } from '../../../src/stages/rollout/forecast.ts'
import type { ForecastGroup } from '../../../src/stages/rollout/forecast-group.ts'
import { NO_ROLLOUT } from './small-fleet.ts'

const [MINUTE, HOUR] = [60_000, 3_600_000]
/** A Tuesday. */
const NOW = Date.parse('2026-12-01T10:00:00Z')

type Given = Partial<Omit<ForecastGroup, 'rollout'>> & { readonly rollout?: Partial<Rollout> }

function of(given: Readonly<Record<string, Given>>) {
  const groups = Object.entries(given).map(([name, { rollout, ...rest }]): [string, ForecastGroup] => [
    name,
    {
      name,
      around: [],
      all: rest.moving ?? 0,
      moving: undefined,
      ...rest,
      rollout: { ...NO_ROLLOUT, ...rollout },
    },
  ])
  return forecast(new Map(groups), NOW)
}

test('rings take a change one after the other, each in waves of what may be unavailable', (t) => {
  const found = of({
    production: {
      moving: 20,
      rollout: {
        after: [{ group: 'early', soak: 2 * HOUR }],
        maxUnavailable: { count: 3 },
        minReady: MINUTE,
      },
    },
    canary: { moving: 2, rollout: { minReady: 5 * MINUTE } },
    early: {
      moving: 5,
      rollout: { after: [{ group: 'canary', soak: HOUR }], maxUnavailable: { percent: 40 } },
    },
    other: {},
  })
  t.deepEqual(
    found?.groups.map(({ says }) => says),
    [
      'canary: 2 members, earliest end 2026-12-01 10:10 UTC',
      'early: 5 members, after canary (60 min), not before 2026-12-01 11:10 UTC, earliest end 2026-12-01 11:10 UTC',
      'production: 20 members, after early (120 min), not before 2026-12-01 13:10 UTC, earliest end 2026-12-01 13:17 UTC',
    ],
  )
  t.is(found?.says, 'earliest end 2026-12-01 13:17 UTC')
  t.is(found?.end, '2026-12-01T13:17:00Z')
  t.is(found?.groups[1]?.begin, '2026-12-01T11:10:00Z')
})

test('what comes after a group comes after the groups inside it, too', (t) => {
  const found = of({
    stable: { moving: 1, rollout: { after: [{ group: 'early', soak: HOUR }] } },
    early: { moving: 1, rollout: { minReady: MINUTE } },
    slow: { around: ['early'], moving: 2, rollout: { minReady: 30 * MINUTE } },
  })
  t.deepEqual(
    found?.groups.map(({ says }) => says),
    [
      'early: 1 member, earliest end 2026-12-01 10:01 UTC',
      'slow: 2 members, earliest end 2026-12-01 11:00 UTC',
      'stable: 1 member, after early (60 min) and slow (60 min), not before 2026-12-01 12:00 UTC, earliest end 2026-12-01 12:00 UTC',
    ],
  )
})

test('moves begin inside windows, after freezes, and at their pace', (t) => {
  const nights = { kind: 'allow', schedule: '0 22 * * *', duration: HOUR, timeZone: 'UTC' } as const
  const rollout = { windows: [nights], pauseBetween: 40 * MINUTE, minReady: MINUTE }
  t.is(of({ a: { moving: 3, rollout } })?.end, '2026-12-02T22:01:00Z')
  const freeze = { until: NOW + 24 * HOUR, reason: 'holidays' }
  t.is(
    of({ a: { moving: 1, around: ['b'], rollout }, b: { rollout: { freeze } } })?.groups[0]?.says,
    'a: 1 member, b is frozen: holidays, not before 2026-12-02 22:00 UTC, earliest end 2026-12-02 22:01 UTC',
  )
})

test('what no time ends is said, and where no window opens there is no end', (t) => {
  const [paused] = of({ a: { moving: 1, isUnapproved: true, rollout: { paused: true } } })?.groups ?? []
  t.is(paused?.says, 'a: 1 member, a is paused, needs an approval, earliest end 2026-12-01 10:00 UTC')
  const never = { kind: 'allow', schedule: '0 0 30 2 *', duration: HOUR, timeZone: 'UTC' } as const
  const found = of({
    a: { moving: 1, rollout: { windows: [never] } },
    b: { moving: 1, rollout: { after: [{ group: 'a', soak: 0 }] } },
  })
  t.is(found?.says, 'no end is known: no window opens')
  t.deepEqual(
    found?.groups.map(({ end }) => end),
    [undefined, undefined],
  )
})

test('there is none where nothing that is inherited changes', (t) => {
  t.is(of({ a: {}, b: { moving: 0 } }), undefined)
})

test('a ring without members still takes its turn', (t) => {
  const found = of({
    a: { moving: 1, rollout: { minReady: MINUTE } },
    b: { moving: 0, rollout: { after: [{ group: 'a', soak: HOUR }] } },
    c: { moving: 1, rollout: { after: [{ group: 'b', soak: HOUR }] } },
  })
  t.is(found?.end, '2026-12-01T12:01:00Z')
})

test('more room, less soak and fewer members are never later', (t) => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(5 * MINUTE),
      fc.nat(MINUTE),
      (moving, atOnce, minReady, pauseBetween) => {
        const end = (count: number, room: number) =>
          of({
            a: {
              moving: count,
              all: 99,
              rollout: { maxUnavailable: { count: room }, minReady, pauseBetween },
            },
          })?.end ?? ''
        return (
          end(moving, atOnce + 1) <= end(moving, atOnce) && end(moving, atOnce) <= end(moving + 1, atOnce)
        )
      },
    ),
  )
  t.pass()
})
