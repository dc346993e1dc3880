import type { VouchedCommit } from '../../model/snapshot.ts'
import { looseningTrailers } from '../plan/loosening-trailers.ts'

/** Commits that let groups go on, as full ids by the name of the group. */
export interface Approvals {
  /** The newest that approves what the group is to take. */
  readonly approved: ReadonlyMap<string, string>
  /** The newest that has the group take it without waiting. */
  readonly forced: ReadonlyMap<string, string>
}

/**
 * Reads the trailers `Reeve-Approve: canary, production` and `Reeve-Force: production` of commits. Names of groups
 * that do not exist stay in the result.
 *
 * @param commits the newest first
 */
export function readApprovals(
  commits: readonly Pick<VouchedCommit, 'oid' | 'message' | 'isVouched'>[],
): Approvals {
  return { approved: newestBy(commits, 'Reeve-Approve'), forced: newestBy(commits, 'Reeve-Force') }
}

function newestBy(
  commits: Parameters<typeof readApprovals>[0],
  trailer: 'Reeve-Approve' | 'Reeve-Force',
): ReadonlyMap<string, string> {
  const newest = new Map<string, string>()
  for (const commit of commits)
    for (const group of groupsIn(looseningTrailers(commit, trailer)))
      if (!newest.has(group)) newest.set(group, commit.oid)
  return newest
}

function groupsIn(values: readonly string[]): readonly string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
