import type { Forecast } from '../../model/forecast.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import { forecast } from '../../stages/rollout/forecast.ts'
import type { ForecastGroup } from '../../stages/rollout/forecast-group.ts'
import type { InheritedDigests } from './inherited-digests.ts'
import { type HeadMember, RolloutHeads } from './rollout-head.ts'

export interface ForecastChangeOptions {
  /** What is to be reached. */
  readonly head: CommitTree
  readonly digests: InheritedDigests
  /** Whether a member is to inherit something else, given the digest of what its group's members inherit at the head. */
  readonly isMoving: (member: HeadMember, digest: string) => boolean
  /** Groups whose approval the head has. */
  readonly approved: ReadonlySet<string>
  /** ms since the epoch. */
  readonly now: number
}

/** When members come to what they inherit at a commit, at the earliest; undefined where none is to move. */
export async function forecastChange({
  head,
  digests,
  isMoving,
  approved,
  now,
}: ForecastChangeOptions): Promise<Forecast | undefined> {
  const { groups, members } = new RolloutHeads().of(head)
  if (groups.size === 0) return undefined
  const atHead = await digests.of(head, [...groups.keys()])
  const counts = new Map([...groups.keys()].map((name) => [name, { all: 0, moving: 0 }]))
  for (const member of members.values()) {
    const count = counts.get(member.group)
    if (count === undefined || isLeftOut(member)) continue
    count.all += 1
    const isSkipped = groups.get(member.group)?.rollout.skip.includes(member.name)
    if (!isSkipped && isMoving(member, atHead.get(member.group) ?? '')) count.moving += 1
  }
  const told = [...groups.values()].map((group): [string, ForecastGroup] => {
    const { all = 0, moving = 0 } = counts.get(group.name) ?? {}
    const isUnapproved = group.rollout.needsApproval && !approved.has(group.name)
    return [group.name, { ...group, all, moving: moving > 0 ? moving : undefined, isUnapproved }]
  })
  return forecast(new Map(told), now)
}

/** Whether no rollout brings it anywhere. */
function isLeftOut({ isLeftOut, sleeps, pinned }: HeadMember): boolean {
  return isLeftOut || sleeps || pinned !== undefined
}
