import { amountOf } from '../../model/rollout.ts'
import type { GroupView } from './rollout-view.ts'
import type { Wait } from './wait.ts'
import { windowsAt } from './windows.ts'

/** What keeps all moves of a group's members from beginning: a pause, a freeze, or its windows. */
export function closedGate(group: GroupView, now: number, isForced: boolean): Wait | undefined {
  const { rollout, name } = group
  if (rollout.paused) return { for: 'pause', group: name }
  if (isForced) return undefined
  const frozen = freezeOf(group, now)
  if (frozen) return frozen
  const { isOpen, until } = windowsAt(rollout.windows, now)
  return isOpen ? undefined : { for: 'window', group: name, ...(until !== undefined && { until }) }
}

export function freezeOf({ name, rollout: { freeze } }: GroupView, now: number): Wait | undefined {
  if (freeze === undefined || now >= freeze.until) return undefined
  return { for: 'freeze', group: name, until: freeze.until, reason: freeze.reason }
}

/** Members of a group, those of groups inside it included, by how much of its budget they use. */
export interface Usage {
  all: number
  /** Not available because of a move. */
  moving: number
  /** Not available before, or without, a move. */
  ill: number
  /** Not well, but may come to be. */
  inMotion: number
}

/** How many more members of a group may become unavailable. */
export function roomIn({ rollout }: GroupView, { all, moving, ill }: Omit<Usage, 'inMotion'>): number {
  const most = Math.max(1, amountOf(rollout.maxUnavailable, all))
  return most - moving - Math.max(0, ill - amountOf(rollout.tolerate, all))
}
