import { isApproved, provenFor, unprovenBefore } from './admissible.ts'
import { rejectionOf } from './group-record.ts'
import type { Line } from './line.ts'
import type { Rings } from './rings.ts'
import type { Candidate, GroupView } from './rollout-view.ts'
import type { Settled } from './settle.ts'
import type { Wait } from './wait.ts'

export interface GroupWaitContext {
  readonly now: number
  readonly line: Line
  readonly rings: Rings
  readonly settled: ReadonlyMap<string, Settled>
}

/** Why a group is not at the head of the branch yet; undefined where it is. */
export function groupWait(group: GroupView, settled: Settled, context: GroupWaitContext): Wait | undefined {
  const { line } = context
  const { name } = group
  const { record, failure } = settled
  const { head } = line
  const digest = head?.digests.get(name)
  if (failure !== undefined && !line.reaches(group.forced, record.at.commit))
    return { for: 'failure', group: name, reason: failure }
  if (head === undefined || digest === undefined) return undefined
  if (digest === record.at.digest) return waitAtHead(name, settled)
  const rejection = rejectionOf(record, digest)
  if (rejection) return { for: 'rejection', group: name, reason: rejection.why }
  if (!isApproved(group, head.commit, line)) return { for: 'approval', group: name }
  return waitForRings(group, head, context) ?? waitForProof(group, settled, context)
}

function waitForRings(group: GroupView, head: Candidate, context: GroupWaitContext): Wait | undefined {
  const rings = unprovenBefore(group, head, context)
  if (rings.length === 0) return undefined
  const ends = rings.map((name) => soakEnd(group, name, head, context))
  const known = ends.filter((end) => end !== undefined)
  return {
    for: 'rings',
    group: group.name,
    rings,
    ...(known.length === ends.length && { until: Math.max(...known) }),
  }
}

/** When a ring has proven a commit, if it stays well. */
function soakEnd(
  { rollout }: GroupView,
  ring: string,
  { digests }: Candidate,
  { settled, now }: GroupWaitContext,
): number | undefined {
  const before = settled.get(ring)
  const proven = before && provenFor(before, digests.get(ring) ?? '', now)
  const soak = rollout.after.find(({ group }) => group === ring)?.soak ?? 0
  return proven === undefined ? undefined : now + soak - proven
}

function waitAtHead(group: string, { missing, checking, isInMotion }: Settled): Wait | undefined {
  if (missing.length > 0) return { for: 'proof', group, missing, isStopped: !isInMotion }
  return checking && { for: 'checks', group, checks: checking }
}

/** It finishes what it is on first. */
function waitForProof({ name }: GroupView, settled: Settled, { rings }: GroupWaitContext): Wait {
  const { record, missing, checking, isInMotion } = settled
  if (missing.length === 0 && checking) return { for: 'checks', group: name, checks: checking }
  const { wellSince } = record
  const soak = rings.soaks.get(name)
  const until = wellSince === undefined || soak === undefined ? undefined : wellSince + soak
  return { for: 'proof', group: name, missing, isStopped: !isInMotion, ...(until !== undefined && { until }) }
}
