import type { Forge, PullRequest } from '../../adapters/forge/forge.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import type { Change } from './change-plan.ts'

/** A change that is proposed for the followed branch. */
export interface Proposal extends Change {
  /** Names it: the number of its pull request, or its branch. */
  readonly name: string
  /** Absent where there is no forge, and of a merge queue. */
  readonly pullRequest?: PullRequest
  /** It is the commit of a merge queue, which needs a status and nothing else. */
  readonly isQueued?: true
}

/** Where proposals come from. */
export interface Proposals {
  /** Those that are open, without those that are not reviewed. */
  readonly open: (signal: AbortSignal) => Promise<readonly Proposal[]>
}

export interface ForgeProposalsOptions {
  /** The followed branch. */
  readonly branch: string
  /** Whether pull requests from repositories of others are reviewed. */
  readonly forks: boolean
}

/** The pull requests of a forge that target the followed branch. */
export function forgeProposals(
  forge: Forge,
  repository: Pick<Repository, 'lsRefs'>,
  { branch, forks }: ForgeProposalsOptions,
): Proposals {
  return {
    open: async (signal) => {
      const found = await forge.openPullRequests(branch, signal)
      const reviewed = found.filter(({ isFork }) => forks || !isFork).map(proposalOf)
      return forge.kind === 'github' ? [...reviewed, ...(await queued(repository, branch, signal))] : reviewed
    },
  }
}

/** The commits that GitHub's merge queue is about to merge, each on a branch of its own. */
async function queued(
  repository: Pick<Repository, 'lsRefs'>,
  branch: string,
  signal: AbortSignal,
): Promise<readonly Proposal[]> {
  const refs = await repository.lsRefs(`refs/heads/gh-readonly-queue/${branch}/`, { signal })
  return [...refs].map(([ref, head]) => ({
    name: ref.slice('refs/heads/'.length),
    head,
    ref,
    isFork: false,
    isQueued: true,
  }))
}

export function proposalOf(pullRequest: PullRequest): Proposal {
  const { number, head, ref, isFork } = pullRequest
  return { name: String(number), head, ref, isFork, pullRequest }
}

export interface BranchProposalsOptions {
  readonly branch: string
  /** Prefix of their names, such as `proposal/`. */
  readonly prefix: string
}

/** The branches with a prefix, where there is no forge. */
export function branchProposals(
  repository: Pick<Repository, 'lsRefs'>,
  { branch, prefix }: BranchProposalsOptions,
): Proposals {
  return {
    open: async (signal) => {
      const refs = await repository.lsRefs(`refs/heads/${prefix}`, { signal })
      return [...refs].flatMap(([ref, head]) => {
        const name = ref.slice('refs/heads/'.length)
        return name === branch ? [] : [{ name, head, ref, isFork: false }]
      })
    },
  }
}
