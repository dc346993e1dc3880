import { type Aim, type GroupRecord, NOTHING, type Proof, type StartedMove } from './group-record.ts'
import type { Line } from './line.ts'
import type { GroupView, MemberView, RolloutView } from './rollout-view.ts'

type Members = ReadonlyMap<string, readonly MemberView[]>

/** The records of groups that nothing is known of. */
export function firstRecords(view: RolloutView, line: Line): ReadonlyMap<string, GroupRecord> {
  const unknown = [...view.groups.values()].filter(({ record }) => record === undefined)
  if (unknown.length === 0) return new Map()
  const members: Members = Map.groupBy(view.members.values(), ({ group }) => group)
  return new Map(unknown.map((group) => [group.name, firstRecord(group, members, view, line)]))
}

/**
 * By its members, a group is at the newest that any of them is at, and what most others are at counts as proven.
 * Without members that are applied, it is at the head, if the groups before it are new, too: nothing that runs is at
 * risk; else it is at nothing until there is something that it may take.
 */
function firstRecord(
  { name, rollout }: GroupView,
  members: Members,
  { now, groups }: RolloutView,
  line: Line,
): GroupRecord {
  const applied = (members.get(name) ?? []).flatMap(({ at, pinned }) =>
    at?.group === name && pinned === undefined ? [at] : [],
  )
  const newest = applied.reduce<(typeof applied)[number] | undefined>(
    (most, at) => (most && line.position(most.commit) >= line.position(at.commit) ? most : at),
    undefined,
  )
  if (newest) return recordAt({ commit: newest.commit, digest: newest.digest, since: now }, applied)
  const { head } = line
  const digest = head?.digests.get(name)
  const isFirst = rollout.after.every(
    ({ group }) => groups.get(group)?.record === undefined && !(members.get(group) ?? []).some(isApplied),
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

function isApplied({ at }: MemberView): boolean {
  return at !== undefined
}
