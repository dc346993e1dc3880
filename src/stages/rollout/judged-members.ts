import { judge } from './condition.ts'
import type { GroupView, MemberView, RolloutView } from './rollout-view.ts'
import type { JudgedMember } from './settle.ts'

export type MembersByGroup = ReadonlyMap<string, readonly JudgedMember[]>

/** The members of each group that are awake, and how they are doing. */
export function membersByGroup(
  { members, now }: RolloutView,
  groups: ReadonlyMap<string, GroupView>,
): MembersByGroup {
  const judged = new Map<string, JudgedMember[]>()
  for (const member of members.values()) {
    const group = groups.get(member.group)
    if (group === undefined || member.sleep) continue
    const { condition } = judge(member, group, group.record, now)
    const known = judged.get(group.name)
    if (known) known.push({ member, condition })
    else judged.set(group.name, [{ member, condition }])
  }
  return judged
}

/** The other members of each group: those that are hibernated, or are to be. */
export function sleepersByGroup({
  members,
}: Pick<RolloutView, 'members'>): ReadonlyMap<string, readonly MemberView[]> {
  return Map.groupBy(
    [...members.values()].filter(({ sleep }) => sleep !== undefined),
    ({ group }) => group,
  )
}
