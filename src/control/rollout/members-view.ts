import type { InstallationStatus } from '../../model/status.ts'
import type { MemberView } from '../../stages/rollout/rollout-view.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Assignment } from './assignment.ts'
import type { MemberConditions } from './member-conditions.ts'
import type { HeadMember, RolloutHead } from './rollout-head.ts'

export interface MembersViewOptions {
  readonly head: RolloutHead
  readonly assignments: ReadonlyMap<string, Assignment>
  readonly conditions: MemberConditions
  readonly status: (name: string) => InstallationStatus | undefined
  /** As it was made last; undefined before the first. */
  readonly fleet: Fleet | undefined
  /** What members are pinned to, by name. */
  readonly pins: ReadonlyMap<string, NonNullable<MemberView['pinned']>>
  readonly now: number
}

/** The members of groups as they are now. */
export function membersView(options: MembersViewOptions): ReadonlyMap<string, MemberView> {
  const { head } = options
  const views = [...head.members.values()].flatMap((member): [string, MemberView][] =>
    member.group === '' || isLeftOut(member, options) ? [] : [[member.name, viewOf(member, options)]],
  )
  return new Map(views)
}

/** Suspended in the cluster, it does not move either. */
function isLeftOut({ name, isLeftOut }: HeadMember, { status }: MembersViewOptions): boolean {
  return isLeftOut || status(name)?.state === 'suspended'
}

function viewOf(
  member: HeadMember,
  { head, assignments, conditions, status, fleet, pins, now }: MembersViewOptions,
): MemberView {
  const { name, group, own, labels } = member
  const assignment = assignments.get(name)
  const pinned = pins.get(name)
  const label = head.groups.get(group)?.rollout.order
  const order = label === undefined ? undefined : labels[label]
  const { condition, since } = conditions.of(name, status(name), fleet?.installations.get(name), now)
  return {
    name,
    group,
    ...(order !== undefined && { order }),
    ...(assignment && {
      at: { commit: assignment.commit, group: assignment.group, digest: assignment.digest },
    }),
    ...(pinned && { pinned }),
    isOwnBehind: assignment !== undefined && assignment.own !== own,
    condition,
    since,
  }
}
