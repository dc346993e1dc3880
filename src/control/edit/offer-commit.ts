import type { PreparedCommit } from '../../adapters/git/prepare-commit.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { Commit } from '../../model/snapshot.ts'
import { asRejection } from './as-rejection.ts'

/** Maximum number of attempts while others move the branch. */
const ATTEMPTS = 5
/** Maximum wait for other fetches, in milliseconds. */
const TURN_WITHIN_MS = 60_000

export interface Offer {
  /** The branch to propose it on. */
  readonly branch: string
  /** The branch that it is for. */
  readonly target: string
  /** Its parent is the head of the target. */
  readonly commit: PreparedCommit
  /** Whether a commit is an earlier proposal of the same. */
  readonly isEarlier: (found: Commit) => boolean
  /** Whether such a proposal may stay, if it would merge to the same. */
  readonly mayStay: (found: Commit) => boolean
}

export interface Offered {
  /** `present`: the branch has it already; `foreign`: the branch has commits of others, which stay. */
  readonly state: 'pushed' | 'present' | 'foreign'
  /** The branch's commit. */
  readonly commit: string
}

/**
 * Puts a commit on a branch of its own, in place of an earlier proposal of the same. One that would merge to the same is
 * left where it is, whatever the target got meanwhile.
 * @throws FaultError change-rejected, git-unreachable, git-unauthorized
 */
export async function offerCommit(
  offer: Offer,
  repository: Repository,
  signal?: AbortSignal,
): Promise<Offered> {
  const { branch, commit } = offer
  const options = signal ? { signal } : {}
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const head = await repository.headOf(branch, options)
    if (head === commit.oid) return { state: 'present', commit: head }
    const found = head === undefined ? 'replaceable' : await judge(head, offer, repository, signal)
    if (head !== undefined && found !== 'replaceable') return { state: found, commit: head }
    const move = { expected: head, to: commit }
    const result = await repository.moveBranch(branch, move, options).catch(asRejection)
    if (result === 'pushed') return { state: 'pushed', commit: commit.oid }
  }
  throw new FaultError(fault('change-rejected', `another writer keeps moving ${branch}`))
}

/** What the branch's commit is: the same proposal, an earlier one or one that was merged, or others' work. */
async function judge(
  head: string,
  { branch, target, commit, isEarlier, mayStay }: Offer,
  repository: Repository,
  signal: AbortSignal | undefined,
): Promise<'present' | 'foreign' | 'replaceable'> {
  const options = signal ? { signal } : {}
  await repository.fetchCommit(head, { branch: target, depth: 1, turnWithinMs: TURN_WITHIN_MS, ...options })
  const found = await repository.readCommit(head)
  if (found === undefined || commit.parent === undefined) return 'foreign'
  const change = { head, ref: `refs/heads/${branch}` }
  const merge = await repository.merge(change, { branch: target, commit: commit.parent }, options)
  if (merge === undefined) return 'replaceable'
  if (merge.commits.length > 1 || !isEarlier(found)) return 'foreign'
  const isSame = merge.conflicts.length === 0 && merge.tree === commit.tree
  return isSame && mayStay(found) ? 'present' : 'replaceable'
}
