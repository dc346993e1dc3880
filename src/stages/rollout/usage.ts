import type { Usage } from './gates.ts'
import type { GroupRecord } from './group-record.ts'
import type { MembersByGroup } from './judged-members.ts'
import type { GroupView, MemberView } from './rollout-view.ts'
import { isAtAim, type JudgedMember, type Settled } from './settle.ts'

/**
 * What is used of the budget of each group, by members of groups inside it, too.
 *
 * @param sleepers of these, those that wake count as members
 */
export function usageOf(
  members: MembersByGroup,
  groups: ReadonlyMap<string, GroupView>,
  settled: ReadonlyMap<string, Settled>,
  sleepers: ReadonlyMap<string, readonly MemberView[]>,
): ReadonlyMap<string, Usage> {
  const usage = new Map(
    [...groups.keys()].map((name): [string, Usage] => [name, { all: 0, moving: 0, ill: 0, inMotion: 0 }]),
  )
  for (const group of groups.values()) {
    const used = usedBy(members.get(group.name) ?? [], group, settled.get(group.name)?.record)
    used.all += (sleepers.get(group.name) ?? []).filter(({ sleep }) => sleep === 'waking').length
    for (const name of [group.name, ...group.around]) {
      const whole = usage.get(name)
      if (whole === undefined) continue
      whole.all += used.all
      whole.moving += used.moving
      whole.ill += used.ill
      whole.inMotion += used.inMotion
    }
  }
  return usage
}

function usedBy(members: readonly JudgedMember[], group: GroupView, record: GroupRecord | undefined): Usage {
  const used: Usage = { all: members.length, moving: 0, ill: 0, inMotion: 0 }
  for (const each of members) {
    const use = useOf(each, group, record)
    if (use !== undefined) used[use] += 1
    if (each.condition === 'moving') used.inMotion += 1
  }
  return used
}

/** Whether a member is available as far as one can tell, so that a move counts against the budget. */
export function isAvailable(
  { member, condition }: JudgedMember,
  record: Pick<GroupRecord, 'moves'> | undefined,
): boolean {
  return condition === 'well' || (condition === 'held' && record?.moves.has(member.name) !== true)
}

/** Whether a member uses up its group's budget; one that nothing was applied of yet does not. */
function useOf(
  each: JudgedMember,
  { name }: GroupView,
  record: GroupRecord | undefined,
): 'moving' | 'ill' | undefined {
  const { member, condition } = each
  if (condition === 'new' || isAvailable(each, record)) return undefined
  const move = record?.moves.get(member.name)
  if (move) return move.kind === 'new' ? undefined : move.wasUnavailable ? 'ill' : 'moving'
  return record && isAtAim(member, { name, record }) ? 'moving' : 'ill'
}
