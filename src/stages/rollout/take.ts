import { type AdmissionContext, provenFor } from './admissible.ts'
import { type GroupRecord, type Proof, rejectionOf } from './group-record.ts'
import type { GroupView } from './rollout-view.ts'
import type { Settled } from './settle.ts'

/** Maximum numbers of proofs and rejections that are remembered, unless they are needed. */
const MOST_PROOFS = 10
const MOST_REJECTIONS = 20

/** The record of a group that takes something else, with what it has proven so far. */
export function takes(
  group: GroupView,
  settled: Settled,
  { commit, digest }: Omit<Proof, 'soaked'>,
  context: AdmissionContext,
): GroupRecord {
  const { record } = settled
  const proven = provenSoFar(settled, context.now)
  return {
    ...without(record),
    at: { commit, digest, since: context.now },
    relapses: 0,
    proofs: kept(
      proven.filter((proof) => proof.digest !== digest),
      MOST_PROOFS,
      aimedAt(group, context),
    ),
  }
}

/** What the group has proven, what it is at included. */
function provenSoFar(settled: Settled, now: number): readonly Proof[] {
  const { commit, digest } = settled.record.at
  const soaked = provenFor(settled, digest, now)
  const others = proofsBut(settled.record, digest)
  return soaked === undefined ? others : [{ commit, digest, soaked }, ...others]
}

function proofsBut({ proofs }: GroupRecord, but: string): readonly Proof[] {
  return proofs.filter(({ digest }) => digest !== but)
}

/** What a group gives at the commits that others are at: those that follow it, or are followed with it, may need it. */
function aimedAt({ name }: GroupView, { settled, line }: AdmissionContext): ReadonlySet<string> {
  return new Set(
    [...settled.values()].flatMap(({ record }) => line.at(record.at.commit)?.digests.get(name) ?? []),
  )
}

/** The first so many, and of the others those that are needed. */
function kept<T extends { readonly digest: string }>(
  all: readonly T[],
  most: number,
  needed: ReadonlySet<string>,
): readonly T[] {
  return all.filter(({ digest }, index) => index < most || needed.has(digest))
}

/** The record of a group that goes back to its newest proof; undefined where it has none. */
export function rolledBack(
  group: GroupView,
  record: GroupRecord,
  why: string,
  { now, line }: AdmissionContext,
): GroupRecord | undefined {
  const { at, proofs, rejected } = record
  const proof = proofs.find(({ digest }) => digest !== at.digest && !rejectionOf(record, digest))
  if (proof === undefined) return undefined
  const { commit, digest } = at
  const rejection = { commit, digest, head: line.head?.commit ?? commit, why, at: now }
  const others = rejected.filter((each) => each.digest !== digest)
  const ahead = new Set(line.after(proof.commit).flatMap(({ digests }) => digests.get(group.name) ?? []))
  return {
    ...without(record),
    at: { commit: proof.commit, digest: proof.digest, since: now },
    relapses: 0,
    proofs: proofsBut(record, digest),
    rejected: kept([rejection, ...others], MOST_REJECTIONS, ahead),
  }
}

/** A record without what holds for one aim only. */
function without({
  wellSince: _,
  failure: __,
  ...record
}: GroupRecord): Omit<GroupRecord, 'wellSince' | 'failure'> {
  return record
}
