import { type GroupRecord, type Rejection, rejectionOf } from './group-record.ts'
import type { Line } from './line.ts'
import type { Candidate, GroupView } from './rollout-view.ts'
import type { Settled } from './settle.ts'

/** Everything that decides what groups may take. */
export interface AdmissionContext {
  readonly now: number
  readonly line: Line
  /** As all groups are before any of them takes something else. */
  readonly settled: ReadonlyMap<string, Settled>
}

/** For how long a group has proven a digest, in ms; undefined where it has not. */
export function provenFor(
  { record, failure, checking }: Settled,
  digest: string,
  now: number,
): number | undefined {
  const { at, wellSince, proofs } = record
  const before = proofs.find((proof) => proof.digest === digest)?.soaked
  if (at.digest !== digest) return before
  const isUnproven = wellSince === undefined || failure !== undefined || checking !== undefined
  return isUnproven ? undefined : Math.max(before ?? 0, now - wellSince)
}

/** The rings before a group that have yet to prove a commit. */
export function unprovenBefore(
  { rollout }: GroupView,
  { digests }: Candidate,
  { settled, now }: Pick<AdmissionContext, 'settled' | 'now'>,
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
  context: AdmissionContext,
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

export function isApproved({ rollout, approved }: GroupView, commit: string, line: Line): boolean {
  return !rollout.needsApproval || line.reaches(approved, commit)
}
