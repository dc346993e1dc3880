import type { Merge } from '../../adapters/git/merge/merge.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { RepositoryParts } from '../fleet/repository-parts.ts'
import type { PlanningPartsOptions } from '../planner/planning-parts.ts'

type CommitSource = PlanningPartsOptions['source']
type Vouches = Pick<RepositoryParts, 'vouched'>

/** A tree that is planned as if the target had it, and the merge that it is of; a directory has none. */
export interface Proposed {
  readonly merge: Merge | undefined
  readonly snapshot: Snapshot
}

/** The commits of a Repository, with a merge on top of them. */
export function withProposed(
  source: CommitSource & Vouches,
  proposed: () => Proposed | undefined,
): CommitSource {
  const mergeOf = (commit: string): Merge | undefined => {
    const merge = proposed()?.merge
    return merge?.commit.oid === commit ? merge : undefined
  }
  return {
    keyring: source.keyring,
    pastSnapshot: async (commit) => (mergeOf(commit) ? proposed()?.snapshot : source.pastSnapshot(commit)),
    commitIdsBetween: async (from, to) => {
      const found = mergeOf(to)
      if (found === undefined) return source.commitIdsBetween(from, to)
      const { commit, commits } = found
      const target = commit.parents[0] ?? ''
      return [commit.oid, ...commits.map(({ oid }) => oid), ...(await source.commitIdsBetween(from, target))]
    },
    commits: async (from, to) => {
      const found = mergeOf(to)
      if (found === undefined) return source.commits(from, to)
      const { commit, commits } = found
      const target = commit.parents[0] ?? ''
      const before = target === from ? [] : await source.commits(from, target)
      return [...(await source.vouched([commit, ...commits])), ...before]
    },
  }
}
