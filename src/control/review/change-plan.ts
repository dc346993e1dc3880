import type { Merge } from '../../adapters/git/merge/merge.ts'
import type { DryRun } from '../../model/plan.ts'
import type { TouchedInstallation } from '../../stages/review/touched-installation.ts'
import type { RolloutOfChange } from './forecast-change-plan.ts'
import type { PlanBasis } from './plan-basis.ts'

/** A change to review. */
export interface Change {
  /** Full id of its newest commit. */
  readonly head: string
  /** Ref of the remote that leads to it. */
  readonly ref: string
  /** It comes from a repository that others own: sources that its target does not name are not fetched. */
  readonly isFork: boolean
}

/** What merging a change does to a cluster; nothing is touched where files are in conflict. */
export interface ChangePlan {
  /** Undefined where the target has all of its commits, and of a directory. */
  readonly merge: Merge | undefined
  /** The target has all of it, as after a merge of any kind: merging would change no file. */
  readonly isInTarget: boolean
  /** Number of installations that the merged tree declares. */
  readonly installations: number
  /** Those that the change touches, sorted by name. */
  readonly touched: readonly TouchedInstallation[]
  readonly dryRun: DryRun
  /** What it means for rollouts; absent where there are none. */
  readonly rollout?: RolloutOfChange
  /** Absent where other installations enter into it as well. */
  readonly basis?: PlanBasis
}
