import { type AdmissionContext, isAdmissible } from './admissible.ts'
import { roomIn, type Usage } from './gates.ts'
import type { GroupRecord } from './group-record.ts'
import type { Rings } from './rings.ts'
import type { Candidate, GroupView } from './rollout-view.ts'
import type { Settled } from './settle.ts'
import { rolledBack, takes } from './take.ts'

/** Everything that decides what groups are brought to. */
export interface AimContext extends AdmissionContext {
  readonly rings: Rings
  readonly groups: ReadonlyMap<string, GroupView>
  readonly usage: ReadonlyMap<string, Usage>
}

/** The record of a group once it has taken what it is to take; the train rule. */
export function nextRecord(group: GroupView, settled: Settled, context: AimContext): GroupRecord {
  const { record, failure } = settled
  const { line } = context
  const isForced = line.reaches(group.forced, record.at.commit)
  const failed = isForced ? undefined : failure
  if (failed !== undefined && group.rollout.onFailure === 'rollback') {
    const back = rolledBack(group, record, failed, context)
    if (back) return back
  }
  const best = bestFor(group, record, context)
  if (best === undefined) return record
  const digest = best.digests.get(group.name) ?? ''
  if (digest === record.at.digest) return { ...record, at: { ...record.at, commit: best.commit } }
  const isDue = line.reaches(group.forced, best.commit) || mayLeave(group, settled, context)
  if (failed === undefined && !isDue) return record
  return takes(group, settled, { commit: best.commit, digest }, context)
}

/**
 * The commit to take: the newest that it may, and newer than what it went back from, where some members still are.
 * Groups that others follow together take the same ones, so that those come to have something that all have proven.
 */
function bestFor(group: GroupView, record: GroupRecord, context: AimContext): Candidate | undefined {
  const { line } = context
  const aims = aimsOfSiblings(group, context)
  const seen = [record.at, ...record.rejected].map(({ commit }) => commit)
  const after = line.after(seen.reduce((a, b) => (line.position(b) > line.position(a) ? b : a)))
  const isFitting = (each: Candidate) => isAdmissible(group, record, each, context)
  return after.find((each) => aims.has(each.commit) && isFitting(each)) ?? after.find(isFitting)
}

/** Commits that groups which are followed together with this one are brought to, as far as those do. */
function aimsOfSiblings({ name }: GroupView, { rings, settled }: AimContext): ReadonlySet<string> {
  return new Set(
    [...(rings.siblings.get(name) ?? [])].flatMap((other) => {
      const sibling = settled.get(other)
      return sibling && sibling.failure === undefined ? sibling.record.at.commit : []
    }),
  )
}

/** Whether a group is done with what it is at, or has no use for it any more. */
function mayLeave(
  group: GroupView,
  { record, isTroubled, isUntouched }: Settled,
  context: AimContext,
): boolean {
  const { line, rings, now } = context
  const { at, wellSince, proofs } = record
  if (isUntouched && !aimsOfSiblings(group, context).has(at.commit)) return true
  const current = line.at(at.commit)
  if (current === undefined || !isAdmissible(group, record, current, context)) return true
  if (isTroubled || isStuck(group, context)) return true
  const soak = isAwaited(group, record, current, context) ? (rings.soaks.get(group.name) ?? 0) : 0
  const proven = proofs.find(({ digest }) => digest === at.digest)
  if (proven !== undefined && proven.soaked >= soak) return true
  return wellSince !== undefined && now - wellSince >= soak && group.checking === undefined
}

/** Whether some group that follows has yet to take what this one is at. */
function isAwaited(
  { name }: GroupView,
  { at }: GroupRecord,
  { digests }: Candidate,
  { groups, settled, line }: AimContext,
): boolean {
  return [...groups.values()].some((other) => {
    const follower = settled.get(other.name)?.record
    if (follower === undefined || !other.rollout.after.some(({ group }) => group === name)) return false
    const isPast = line.position(follower.at.commit) > line.position(at.commit)
    return !isPast && follower.at.digest !== digests.get(other.name)
  })
}

/** Whether members that do not come to be well leave no room for others to move. */
function isStuck({ name, around }: GroupView, { groups, usage }: AimContext): boolean {
  return [name, ...around].some((each) => {
    const group = groups.get(each)
    const used = usage.get(each)
    return group && used && used.inMotion === 0 && roomIn(group, used) < 1
  })
}
