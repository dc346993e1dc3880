import type { InstallationStatus } from '../../model/status.ts'
import type { ReviewedInstallation } from '../../stages/review/cluster-review.ts'

export interface ArrivalOptions {
  /** Full id of the commit that the fleet of this process is synced to; empty where another process syncs. */
  readonly head: string
  readonly status: (name: string) => InstallationStatus | undefined
  /** Whether the first commit has the second among its ancestors. */
  readonly isAncestor: (commit: string, ancestor: string) => Promise<boolean>
}

/**
 * Whether a merge has reached the fleet. Where another process syncs, its records tell: each installation that the
 * merge changes is at the merge, or after it.
 */
export async function hasArrived(
  merge: string,
  acted: readonly ReviewedInstallation[],
  { head, status, isAncestor }: ArrivalOptions,
): Promise<boolean> {
  const has = async (commit: string) => commit === merge || (await isAncestor(commit, merge))
  if (head !== '') return has(head)
  const changed = acted.filter(({ effect }) => effect === 'changed' || effect === 'created')
  const commits = new Set(changed.map(({ name }) => status(name)?.commit))
  for (const commit of commits) if (commit === undefined || !(await has(commit))) return false
  return true
}
