import { type Fault, fault } from '../../model/fault.ts'
import type { VerifyRule } from '../../model/signing.ts'
import type { Commit } from '../../model/snapshot.ts'
import { unlikeMerge } from './check-merge.ts'
import type { Look } from './look.ts'
import { newCommits } from './new-commits.ts'

/** Maximum number of commits that merges of the forge lead to. */
const MOST_PARENTS = 200

export interface Judgement {
  readonly rule: Pick<VerifyRule, 'mode' | 'forge'>
  readonly look: Look
}

/**
 * Why a head may not be applied; undefined if it may.
 * @param accepted the commit that was applied last; undefined: the head is judged alone
 * @throws FaultError if the remote cannot tell
 */
export async function headFault(
  head: Commit,
  accepted: string | undefined,
  { rule, look }: Judgement,
): Promise<Fault | undefined> {
  const own = await commitFault(head, accepted, { rule, look })
  if (own !== undefined || rule.mode === 'head' || accepted === undefined) return own
  const commits = await newCommits(accepted, head.oid, look)
  if (commits === 'too-many')
    return fault('unverified-history', `more commits than Reeve looks at lead to ${short(head.oid)}`)
  if (commits === 'gone')
    return fault('unverified-history', `a commit that leads to ${short(head.oid)} cannot be fetched`)
  for (const commit of commits.toReversed()) {
    const problem = await commitFault(commit, accepted, { rule, look })
    if (problem) return fault('unverified-history', problem.message)
  }
  return undefined
}

/** Why one commit is not signed as it has to be, whatever is before it; undefined if it is. */
export async function commitFault(
  commit: Commit,
  accepted: string | undefined,
  { rule, look }: Judgement,
): Promise<Fault | undefined> {
  const verdict = await look.verdict(commit.oid)
  if ('code' in verdict) return fault(verdict.code, told(commit, verdict.details))
  if (verdict.by === 'signer' || rule.forge?.merges !== 'require-signed-parent') return undefined
  return mergeFault(commit, accepted, look)
}

/**
 * The forge signs what anybody merges. So both parents have to be signed by others, or be what is applied, or such
 * merges themselves: the first as well, on which somebody may have pushed before the merge.
 */
async function mergeFault(
  merge: Commit,
  accepted: string | undefined,
  look: Look,
): Promise<Fault | undefined> {
  const seen = new Set([merge.oid, ...(accepted === undefined ? [] : [accepted])])
  const pending = [merge]
  for (let commit = pending.pop(); commit !== undefined; commit = pending.pop()) {
    const parents = commit.parents.filter((oid) => !seen.has(oid))
    for (const oid of parents) seen.add(oid)
    const looked = await parentsOf(commit, parents, look)
    const problem = typeof looked === 'string' ? looked : await unlikeMerge(commit, look)
    if (problem !== undefined) return fault('unsigned-merge', told(commit, problem))
    if (seen.size > MOST_PARENTS)
      return fault('unsigned-merge', told(merge, 'it leads to more merges than Reeve looks at'))
    if (typeof looked !== 'string') pending.push(...looked)
  }
  return undefined
}

/** Those of a merge's parents that the forge made as well, or what is wrong with one. */
async function parentsOf(
  { parents }: Commit,
  unseen: readonly string[],
  look: Look,
): Promise<readonly Commit[] | string> {
  const byForge: Commit[] = []
  if (parents.length !== 2)
    return `it has ${parents.length === 1 ? 'one parent' : `${parents.length} parents`}, not two`
  for (const oid of unseen) {
    const [parent, verdict] = [await look.commit(oid), await look.verdict(oid)]
    if (parent === undefined) return `its parent ${short(oid)} cannot be fetched`
    if ('code' in verdict)
      return `of its parents, ${fault(verdict.code, told(parent, verdict.details)).message}`
    if (verdict.by === 'forge') byForge.push(parent)
  }
  return byForge
}

/** `abc1234 by Ann <ann@example.com>: details`. */
function told({ oid, committer }: Commit, details: string): string {
  return `${short(oid)} by ${committer}${details === '' ? '' : `: ${details}`}`
}

function short(oid: string): string {
  return oid.slice(0, 7)
}
