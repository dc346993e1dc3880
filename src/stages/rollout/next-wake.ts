import { judge } from './condition.ts'
import type { GroupRecord } from './group-record.ts'
import type { MembersByGroup } from './judged-members.ts'
import type { Rings } from './rings.ts'
import type { GroupView } from './rollout-view.ts'
import type { Settled } from './settle.ts'
import { type Wait, waitBehind } from './wait.ts'

/** Delay before windows are looked at again that do not open for as long as one can tell, in ms. */
const LOOK_AGAIN_AFTER = 24 * 3_600_000

export interface WakeContext {
  readonly now: number
  readonly groups: ReadonlyMap<string, GroupView>
  readonly members: MembersByGroup
  readonly rings: Rings
  /** As the groups were, and as they are decided to be. */
  readonly before: ReadonlyMap<string, Settled>
  readonly settled: ReadonlyMap<string, Settled>
  readonly waits: ReadonlyMap<string, Wait>
}

/**
 * When another decision may follow although nothing else changes, in ms since the epoch; undefined for never. A group
 * that is new, or took something else, may take the next thing at once, and others may follow it.
 */
export function nextWake(context: WakeContext): number | undefined {
  const { now, groups, settled, before } = context
  const aimOf = (name: string, records: ReadonlyMap<string, Settled>) => records.get(name)?.record.at.commit
  for (const { name, record } of groups.values())
    if (record === undefined || aimOf(name, settled) !== aimOf(name, before)) return now
  let next = Number.POSITIVE_INFINITY
  for (const time of timesIn(context)) if (time !== undefined && time > now && time < next) next = time
  return Number.isFinite(next) ? next : undefined
}

/** When members are well or have failed, when soaks end, and when waits do. */
function* timesIn({
  now,
  groups,
  members,
  rings,
  settled,
  waits,
}: WakeContext): Generator<number | undefined, undefined> {
  for (const group of groups.values()) {
    const record = settled.get(group.name)?.record
    for (const { member, condition } of members.get(group.name) ?? [])
      if (condition === 'moving') yield judge(member, group, record, now).until
    yield soakEnd(record, rings.soaks.get(group.name) ?? 0)
    for (const ring of group.rollout.after) yield soakEnd(settled.get(ring.group)?.record, ring.soak)
  }
  for (const wait of waits.values()) yield endOf(wait, now)
}

function endOf(told: Wait, now: number): number | undefined {
  const wait = waitBehind(told)
  const until = 'until' in wait ? wait.until : undefined
  return until === undefined && wait.for === 'window' ? now + LOOK_AGAIN_AFTER : until
}

function soakEnd(record: GroupRecord | undefined, soak: number): number | undefined {
  return record?.wellSince === undefined ? undefined : record.wellSince + soak
}
