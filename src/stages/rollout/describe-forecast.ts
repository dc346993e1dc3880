import { describeMs } from '../../model/describe-ms.ts'
import type { ForecastGroup, Times } from './forecast-group.ts'
import { timeText } from './time-text.ts'

/** One line about a group: `production: 20 members, after early (2 h), earliest end 2026-12-01 14:00 UTC`. */
export function describeForecastOf(
  group: ForecastGroup,
  { begin, end }: Times,
  groups: ReadonlyMap<string, ForecastGroup>,
  now: number,
): string {
  const { name, moving = 0, rollout, around, halted, isUnapproved = false } = group
  const rings = rollout.after
    .filter((ring) => groups.get(ring.group)?.moving !== undefined)
    .map((ring) => (ring.soak > 0 ? `${ring.group} (${describeMs(ring.soak)})` : ring.group))
  const chain = [group, ...around.flatMap((each) => groups.get(each) ?? [])]
  const paused = chain.find((each) => each.rollout.paused)
  const frozen = chain.find(({ rollout: { freeze } }) => freeze && freeze.until > now)
  const parts = [
    `${moving} ${moving === 1 ? 'member' : 'members'}`,
    ...(rings.length > 0 ? [`after ${rings.join(' and ')}`] : []),
    ...(halted === undefined ? [] : [halted]),
    ...(paused ? [`${paused.name} is paused`] : []),
    ...(isUnapproved ? ['needs an approval'] : []),
    ...(frozen ? [`${frozen.name} is frozen: ${frozen.rollout.freeze?.reason}`] : []),
    ...(begin !== undefined && begin > now ? [`not before ${timeText(begin)}`] : []),
    end === undefined ? 'no window opens for it' : `earliest end ${timeText(end)}`,
  ]
  return `${name}: ${parts.join(', ')}`
}

/** The whole in one line. */
export function describeForecast(end: number | undefined): string {
  return end === undefined ? 'no end is known: no window opens' : `earliest end ${timeText(end)}`
}
