import type { Merge } from '../../adapters/git/merge/merge.ts'
import type { Fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import type { DryRun, ObjectPlan } from '../../model/plan.ts'
import type { InstallationChanges } from '../../stages/review/object-changes.ts'

/** A change to review. */
export interface Change {
  /** Full id of its newest commit. */
  readonly head: string
  /** Ref of the remote that leads to it. */
  readonly ref: string
  /** It comes from a repository that others own: sources that its target does not name are not fetched. */
  readonly isFork: boolean
}

/** What merging a change does to a cluster; undefined parts of it are in conflict. */
export interface ChangePlan {
  /** Undefined where the target has all of the change. */
  readonly merge: Merge | undefined
  /** Number of installations that the merged tree declares. */
  readonly installations: number
  /** Those that the change touches, sorted by name. */
  readonly touched: readonly TouchedInstallation[]
  readonly dryRun: DryRun
}

/** An installation that a change declares otherwise. */
export interface TouchedInstallation extends InstallationChanges {
  readonly name: string
  /** At the head of the target; undefined where it has none of the name. */
  readonly before: Installation | undefined
  /** At the merged tree. */
  readonly after: Installation | undefined
  /** Refusals that keep it where it is. */
  readonly refused: readonly Fault[]
}

/** All plans of a change, of one installation or of all. */
export function plansIn({ changes }: InstallationChanges): readonly ObjectPlan[] {
  return changes.map(({ plan }) => plan)
}
