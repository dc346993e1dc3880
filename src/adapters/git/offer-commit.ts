import { FaultError, fault, isFault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { Commit } from '../../model/snapshot.ts'
import type { PreparedCommit } from './prepare-commit.ts'
import type { Repository } from './repository.ts'

/** Maximum number of attempts while others move the branch. */
const ATTEMPTS = 5
/** Maximum wait for other fetches, in milliseconds. */
const TURN_WITHIN_MS = 60_000

/** A commit that is proposed on a branch of its own. */
export interface Offer {
  readonly branch: string
  /** The branch that it is for. */
  readonly target: string
  readonly commit: PreparedCommit
  /** What the commit of the branch is: the same proposal, an earlier one or one that was merged, or others' work. */
  readonly judge: (found: Commit) => Promise<'present' | 'replaceable' | 'foreign'>
  /** The fault of a branch that cannot be moved. */
  readonly refusal: FaultCode
}

export interface Offered {
  /** `present`: the branch has it already; `foreign`: the branch has commits of others, which stay. */
  readonly state: 'pushed' | 'present' | 'foreign'
  /** The branch's commit. */
  readonly commit: string
}

/**
 * Puts a commit on a branch of its own, in place of an earlier proposal.
 * @throws FaultError the refusal, git-unreachable, git-unauthorized
 */
export async function offerCommit(
  { branch, target, commit, judge, refusal }: Offer,
  repository: Repository,
  signal?: AbortSignal,
): Promise<Offered> {
  const options = signal ? { signal } : {}
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const head = await repository.headOf(branch, options)
    if (head === commit.oid) return { state: 'present', commit: head }
    if (head !== undefined) {
      const wanted = { branch: target, depth: 1, turnWithinMs: TURN_WITHIN_MS, ...options }
      await repository.fetchCommit(head, wanted)
      const found = await repository.readCommit(head)
      const state = found === undefined ? 'foreign' : await judge(found)
      if (state !== 'replaceable') return { state, commit: head }
    }
    signal?.throwIfAborted()
    const result = await repository
      .moveBranch(branch, { expected: head, to: commit }, options)
      .catch(asRefusal(refusal))
    if (result === 'pushed') return { state: 'pushed', commit: commit.oid }
  }
  throw new FaultError(fault(refusal, `another writer keeps moving ${branch}`))
}

/** For a push that was rejected. @throws FaultError `code` for git-rejected, else the error */
export function asRefusal(code: FaultCode): (error: unknown) => never {
  return (error) => {
    if (!isFault(error, 'git-rejected')) throw error
    const { message } = error.fault
    const details = message.slice(message.indexOf(': ') + 2)
    throw new FaultError(fault(code, details), { cause: error })
  }
}
