import { judge } from './condition.ts'
import type { GroupView, RolloutView } from './rollout-view.ts'
import type { JudgedMember } from './settle.ts'

export type MembersByGroup = ReadonlyMap<string, readonly JudgedMember[]>

/** The members of each group in the order of their moves: those that are not well first. */
export function membersByGroup(
  { members, now }: RolloutView,
  groups: ReadonlyMap<string, GroupView>,
): MembersByGroup {
  const judged = new Map<string, JudgedMember[]>()
  for (const member of members.values()) {
    const group = groups.get(member.group)
    if (group === undefined) continue
    const { condition } = judge(member, group, group.record, now)
    const known = judged.get(group.name)
    if (known) known.push({ member, condition })
    else judged.set(group.name, [{ member, condition }])
  }
  for (const each of judged.values()) each.sort(inOrder)
  return judged
}

function inOrder(a: JudgedMember, b: JudgedMember): number {
  const isWell = ({ condition }: JudgedMember) => Number(condition === 'well')
  return (
    isWell(a) - isWell(b) ||
    byText(a.member.order, b.member.order) ||
    (a.member.name < b.member.name ? -1 : 1)
  )
}

/** Numbers by their size, texts by their letters; members without one come last. */
function byText(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1
  return Number(a) - Number(b) || (a < b ? -1 : 1)
}
