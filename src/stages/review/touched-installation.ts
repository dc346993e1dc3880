import type { Fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import type { InstallationChanges } from './object-changes.ts'

/** An installation that a change declares otherwise. */
export interface TouchedInstallation extends InstallationChanges {
  readonly name: string
  /** At the head of the target; undefined where it has none of the name. */
  readonly before: Installation | undefined
  /** What is applied, where that is not `before`; undefined too where nothing is. */
  readonly held?: Installation | undefined
  /** What is applied, where a rollout has not brought it to `before` yet. */
  readonly behind?: Installation | undefined
  /** At the merged tree. */
  readonly after: Installation | undefined
  /** Refusals that keep it where it is. */
  readonly refused: readonly Fault[]
}
