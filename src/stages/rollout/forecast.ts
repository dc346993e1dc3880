import type { Forecast, GroupForecast } from '../../model/forecast.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import { amountOf } from '../../model/rollout.ts'
import { describeForecast, describeForecastOf } from './describe-forecast.ts'
import type { ForecastGroup, Times } from './forecast-group.ts'
import { withRingsInside } from './rings-inside.ts'
import type { GroupView } from './rollout-view.ts'
import { windowsAt } from './windows.ts'

/** Maximum number of times that gates are looked at for one begin, and of begins that are looked at. */
const [MOST_GATES, MOST_BEGINS] = [100, 10_000]

/**
 * When a change reaches the members of groups if nothing fails and all are well at once: minimum times, by budgets,
 * soaks, windows and freezes. A pause and an approval may end at any time.
 */
export function forecast(said: ReadonlyMap<string, ForecastGroup>, now: number): Forecast | undefined {
  const groups = withRingsInside(said)
  const known = new Map<string, Times>()
  const times = (group: ForecastGroup): Times => {
    const before = known.get(group.name)
    if (before) return before
    known.set(group.name, { begin: now, end: now }) // groups that wait for each other are a fault elsewhere
    const found = timesOf(group, groups, now, times)
    known.set(group.name, found)
    return found
  }
  const changed = [...groups.values()].filter(({ moving = 0 }) => moving > 0)
  if (changed.length === 0) return undefined
  const all = changed
    .map((group) => ({ group, ...times(group) }))
    .sort((a, b) => rank(a.begin) - rank(b.begin) || rank(a.end) - rank(b.end))
  const ends = all.map(({ end }) => end)
  const end = ends.includes(undefined) ? undefined : Math.max(...(ends as number[]))
  return {
    groups: all.map(({ group, begin, end: last }): GroupForecast => {
      const after = group.rollout.after.map((ring) => ring.group)
      const dates = { ...dated('begin', begin), ...dated('end', last) }
      const says = describeForecastOf(group, { begin, end: last }, groups, now)
      return { group: group.name, members: group.moving ?? 0, after, ...dates, says }
    }),
    ...dated('end', end),
    says: describeForecast(end),
  }
}

function timesOf(
  group: ForecastGroup,
  groups: ReadonlyMap<string, ForecastGroup>,
  now: number,
  times: (group: ForecastGroup) => Times,
): Times {
  const never = { begin: undefined, end: undefined }
  let from = now
  for (const ring of group.rollout.after) {
    const before = groups.get(ring.group)
    if (before?.moving === undefined) continue
    const { end } = times(before)
    if (end === undefined) return never
    from = Math.max(from, end + ring.soak)
  }
  const { moving = 0 } = group
  if (moving === 0) return { begin: from, end: from }
  const chain = [group, ...group.around.flatMap((name) => groups.get(name) ?? [])]
  return timesOfMoves(group, moving, from, (time) => openAt(chain, time))
}

/** The members begin one after the other, as many at once as may be unavailable. */
function timesOfMoves(
  { rollout, all }: ForecastGroup,
  moving: number,
  from: number,
  open: (time: number) => number | undefined,
): Times {
  const { minReady, pauseBetween } = rollout
  const atOnce = Math.max(1, amountOf(rollout.maxUnavailable, all))
  const begins: number[] = []
  for (let index = 0; index < Math.min(moving, MOST_BEGINS); index += 1) {
    const paced = index === 0 ? from : (begins[index - 1] ?? from) + pauseBetween
    const free = index < atOnce ? from : (begins[index - atOnce] ?? from) + minReady
    const begin = open(Math.max(paced, free))
    if (begin === undefined) return { begin: begins[0], end: undefined }
    begins.push(begin)
  }
  return { begin: begins[0], end: (begins.at(-1) ?? from) + minReady }
}

/** The first time at which nothing that ends by itself keeps moves from beginning. */
function openAt(chain: readonly Pick<GroupView, 'rollout'>[], from: number): number | undefined {
  let time = from
  for (let left = MOST_GATES; left > 0; left -= 1) {
    const before = time
    for (const { rollout } of chain) {
      if (rollout.freeze) time = Math.max(time, rollout.freeze.until)
      const { isOpen, until } = windowsAt(rollout.windows, time)
      if (isOpen) continue
      if (until === undefined) return undefined
      time = until
    }
    if (time === before) return time
  }
  return time
}

function rank(time: number | undefined): number {
  return time ?? Number.MAX_SAFE_INTEGER
}

function dated<K extends 'begin' | 'end'>(key: K, time: number | undefined): { readonly [k in K]?: string } {
  if (time === undefined) return {}
  return { [key]: rfc3339(time) } as { readonly [k in K]?: string }
}
