import type { Repository } from '../../adapters/git/repository.ts'
import { FaultError, fault } from '../../model/fault.ts'

/**
 * The full id of a commit of the branch, made readable. Others are refused: what only another branch or a pull request
 * has was not merged.
 * @param revision a branch, a tag or an id
 * @throws FaultError not-in-branch, git-no-commit, git-unreachable, git-unauthorized
 */
export async function branchCommit(
  revision: string,
  branch: string,
  repository: Repository,
): Promise<string> {
  const head = await repository.fetch(branch)
  const commit = await repository.fetchCommit(revision, { branch })
  if (await repository.isInBranch({ branch, head, commit })) return commit
  throw new FaultError(fault('not-in-branch', `${commit.slice(0, 12)} is not of ${branch}`))
}
