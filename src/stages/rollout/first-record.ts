import { type Aim, type GroupRecord, NOTHING, type Proof, type StartedMove } from './group-record.ts'
import type { MembersByGroup } from './judged-members.ts'
import type { Line } from './line.ts'
import type { GroupView } from './rollout-view.ts'
import type { JudgedMember } from './settle.ts'

interface FirstContext {
  readonly now: number
  readonly line: Line
  readonly groups: ReadonlyMap<string, GroupView>
  readonly members: MembersByGroup
}

/**
 * The record of a group that nothing is known of, by its members: it is at the newest that any of them is at, and what
 * most others are at counts as proven. Without members that are applied, it is at the head, if the groups before it are
 * new, too: nothing that runs is at risk; else it is at nothing until there is something that it may take.
 */
export function firstRecord(group: GroupView, { now, line, groups, members }: FirstContext): GroupRecord {
  const applied = (members.get(group.name) ?? []).flatMap(({ member: { at, pinned } }) =>
    at?.group === group.name && pinned === undefined ? [at] : [],
  )
  const newest = applied.reduce<(typeof applied)[number] | undefined>(
    (most, at) => (most && line.position(most.commit) >= line.position(at.commit) ? most : at),
    undefined,
  )
  if (newest) return recordAt({ commit: newest.commit, digest: newest.digest, since: now }, applied)
  const { head } = line
  const digest = head?.digests.get(group.name)
  const isFirst = group.rollout.after.every(
    (ring) =>
      groups.get(ring.group)?.record === undefined && !(members.get(ring.group) ?? []).some(isApplied),
  )
  const aim = isFirst && head && digest !== undefined ? { commit: head.commit, digest } : NOTHING
  return recordAt({ ...aim, since: now }, [])
}

function recordAt(at: Aim, applied: readonly Omit<Proof, 'soaked'>[]): GroupRecord {
  const others = Map.groupBy(applied, ({ digest }) => digest)
  others.delete(at.digest)
  const [most] = [...others.values()].sort((a, b) => b.length - a.length)
  const proofs = most?.[0] ? [{ commit: most[0].commit, digest: most[0].digest, soaked: 0 }] : []
  return { at, proofs, relapses: 0, rejected: [], moves: new Map<string, StartedMove>() }
}

function isApplied({ member }: JudgedMember): boolean {
  return member.at !== undefined
}
