import type { GroupRecord, Proof, Rejection } from './group-record.ts'
import type { Line } from './line.ts'
import type { Rings } from './rings.ts'
import type { Candidate, GroupView } from './rollout-view.ts'
import type { Settled } from './settle.ts'

/** Maximum numbers of proofs and rejections that are remembered. */
const MOST_PROOFS = 10
const MOST_REJECTIONS = 20

/** Everything that decides what groups are brought to. */
export interface AimContext {
  readonly now: number
  readonly line: Line
  readonly rings: Rings
  readonly groups: ReadonlyMap<string, GroupView>
  /** As all groups are before any of them takes something else. */
  readonly settled: ReadonlyMap<string, Settled>
}

/** The record of a group once it has taken what it is to take; the train rule. */
export function nextRecord(group: GroupView, { record, failure }: Settled, context: AimContext): GroupRecord {
  const { now, line } = context
  const isForced = line.reaches(group.forced, record.at.commit)
  const failed = isForced ? undefined : failure
  if (failed !== undefined && group.rollout.onFailure === 'rollback') {
    const back = rolledBack(record, failed, context)
    if (back) return back
  }
  const best = bestFor(group, record, context)
  if (best === undefined) return record
  const digest = best.digests.get(group.name) ?? ''
  if (digest === record.at.digest) return { ...record, at: { ...record.at, commit: best.commit } }
  if (failed === undefined && !mayLeave(group, record, context)) return record
  return takes(record, { commit: best.commit, digest }, now)
}

/** For how long a group has proven a digest, in ms; undefined where it has not. */
export function provenFor({ record, failure }: Settled, digest: string, now: number): number | undefined {
  const { at, wellSince, proofs } = record
  if (at.digest === digest) {
    return wellSince === undefined || failure !== undefined ? undefined : now - wellSince
  }
  return proofs.find((proof) => proof.digest === digest)?.soaked
}

/** The rings before a group that have yet to prove a commit. */
export function unprovenBefore(
  { rollout }: GroupView,
  { digests }: Candidate,
  { settled, now }: Pick<AimContext, 'settled' | 'now'>,
): readonly string[] {
  return rollout.after
    .filter(({ group, soak }) => {
      const ring = settled.get(group)
      const proven = ring && provenFor(ring, digests.get(group) ?? '', now)
      return proven === undefined || proven < soak
    })
    .map(({ group }) => group)
}

/** Whether a group may take a commit. */
export function isAdmissible(
  group: GroupView,
  record: Pick<GroupRecord, 'rejected'>,
  candidate: Candidate,
  context: Pick<AimContext, 'settled' | 'now' | 'line'>,
): boolean {
  const { commit, digests } = candidate
  const { line } = context
  const digest = digests.get(group.name)
  if (digest === undefined) return false
  const rejection = rejectionOf(record, digest)
  if (line.reaches(group.forced, commit) && !outlives(rejection, group, line)) return true
  if (rejection) return false
  return isApproved(group, commit, line) && unprovenBefore(group, candidate, context).length === 0
}

/** Whether a rejection is as new as what would force it. */
function outlives(rejection: Rejection | undefined, { forced }: GroupView, line: Line): boolean {
  return rejection !== undefined && line.reaches(rejection.head, forced ?? '')
}

export function rejectionOf(
  { rejected }: Pick<GroupRecord, 'rejected'>,
  digest: string,
): Rejection | undefined {
  return rejected.find((each) => each.digest === digest)
}

export function isApproved({ rollout, approved }: GroupView, commit: string, line: Line): boolean {
  return !rollout.needsApproval || line.reaches(approved, commit)
}

/**
 * The commit to take: the newest that it may. Groups that others follow together take the same ones, so that those
 * come to have something that all have proven.
 */
function bestFor(group: GroupView, record: GroupRecord, context: AimContext): Candidate | undefined {
  const { line, rings, settled } = context
  const fitting = line.after(record.at.commit).filter((each) => isAdmissible(group, record, each, context))
  const aims = new Set(
    [...(rings.siblings.get(group.name) ?? [])].flatMap((name) => {
      const sibling = settled.get(name)
      return sibling && sibling.failure === undefined ? sibling.record.at.commit : []
    }),
  )
  return fitting.find(({ commit }) => aims.has(commit)) ?? fitting[0]
}

/** Whether a group is done with what it is at, or has no use for it any more. */
function mayLeave(group: GroupView, record: GroupRecord, context: AimContext): boolean {
  const { line, rings, now } = context
  const { at, wellSince } = record
  const current = line.candidates.find(({ commit }) => commit === at.commit)
  if (current === undefined || !isAdmissible(group, record, current, context)) return true
  const soak = rings.soaks.get(group.name) ?? 0
  return wellSince !== undefined && now - wellSince >= soak && !group.isChecking
}

function takes(record: GroupRecord, { commit, digest }: Omit<Proof, 'soaked'>, now: number): GroupRecord {
  return {
    ...without(record),
    at: { commit, digest, since: now },
    relapses: 0,
    proofs: provenSoFar(record, now).filter((proof) => proof.digest !== digest),
  }
}

/** What the group has proven, what it is at included. */
export function provenSoFar({ at, wellSince, proofs }: GroupRecord, now: number): readonly Proof[] {
  if (wellSince === undefined) return proofs
  const { commit, digest } = at
  const proof = { commit, digest, soaked: now - wellSince }
  return [proof, ...proofs.filter((each) => each.digest !== digest)].slice(0, MOST_PROOFS)
}

function rolledBack(record: GroupRecord, why: string, { now, line }: AimContext): GroupRecord | undefined {
  const { at, proofs, rejected } = record
  const proof = proofs.find(({ digest }) => digest !== at.digest && !rejectionOf(record, digest))
  if (proof === undefined) return undefined
  const { commit, digest } = at
  const rejection = { commit, digest, head: line.head?.commit ?? commit, why, at: now }
  return {
    ...without(record),
    at: { commit: proof.commit, digest: proof.digest, since: now },
    relapses: 0,
    proofs: proofs.filter(({ digest: other }) => other !== at.digest),
    rejected: [rejection, ...rejected].slice(0, MOST_REJECTIONS),
  }
}

/** A record without what holds for one aim only. */
function without({ wellSince: _, ...record }: GroupRecord): Omit<GroupRecord, 'wellSince'> {
  return record
}
