import type { Merge } from '../../adapters/git/merge/merge.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { RepositoryParts } from '../fleet/repository-parts.ts'
import type { PlanningPartsOptions } from '../planner/planning-parts.ts'

type CommitSource = PlanningPartsOptions['source']
type Vouches = Pick<RepositoryParts, 'vouched'>

/** A merge that is planned as if it had happened, and its tree. */
export interface Proposed {
  readonly merge: Merge
  readonly snapshot: Snapshot
}

/** The commits of a Repository, with a merge on top of them. */
export function withProposed(
  source: CommitSource & Vouches,
  proposed: () => Proposed | undefined,
): CommitSource {
  const mergeOf = (commit: string): Proposed | undefined => {
    const found = proposed()
    return found?.merge.commit.oid === commit ? found : undefined
  }
  return {
    keyring: source.keyring,
    pastSnapshot: async (commit) => mergeOf(commit)?.snapshot ?? source.pastSnapshot(commit),
    commitIdsBetween: async (from, to) => {
      const found = mergeOf(to)
      if (found === undefined) return source.commitIdsBetween(from, to)
      const { commit, commits } = found.merge
      const target = commit.parents[0] ?? ''
      return [commit.oid, ...commits.map(({ oid }) => oid), ...(await source.commitIdsBetween(from, target))]
    },
    commits: async (from, to) => {
      const found = mergeOf(to)
      if (found === undefined) return source.commits(from, to)
      const { commit, commits } = found.merge
      const target = commit.parents[0] ?? ''
      const before = target === from ? [] : await source.commits(from, target)
      return [...(await source.vouched([commit, ...commits])), ...before]
    },
  }
}
