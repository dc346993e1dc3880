import type { Offer } from '../../adapters/git/offer-commit.ts'
import type { PreparedCommit } from '../../adapters/git/prepare-commit.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import type { Commit } from '../../model/snapshot.ts'

export interface Proposed {
  /** The branch that proposes it, and the one that it is for. */
  readonly branch: string
  readonly target: string
  /** Its parent is the head of the target. */
  readonly commit: PreparedCommit
  /** Whether a commit is an earlier proposal of the same. */
  readonly isEarlier: (found: Commit) => boolean
  /** Whether such a proposal may stay, if it would merge to the same. */
  readonly mayStay: (found: Commit) => boolean
}

/** What a branch of proposals has: what would merge to the same is left where it is, whatever the target got meanwhile. */
export function judgeProposal(
  { branch, target, commit, isEarlier, mayStay }: Proposed,
  repository: Repository,
  signal?: AbortSignal,
): Offer['judge'] {
  const options = signal ? { signal } : {}
  return async (found) => {
    if (commit.parent === undefined) return 'foreign'
    const change = { head: found.oid, ref: `refs/heads/${branch}` }
    const merge = await repository.merge(change, { branch: target, commit: commit.parent }, options)
    if (merge === undefined) return 'replaceable'
    if (merge.commits.length > 1 || !isEarlier(found)) return 'foreign'
    const isSame = merge.conflicts.length === 0 && merge.tree === commit.tree
    return isSame && mayStay(found) ? 'present' : 'replaceable'
  }
}
