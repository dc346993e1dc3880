import type { InstallationStatus } from '../../model/status.ts'
import type { Changes } from './changes.ts'

/** An installation whose record changed. */
export interface ChangedRecord {
  readonly status: InstallationStatus
  /** Writes that no earlier commit tells. */
  readonly writes: Changes
}

/** A removed installation. */
export interface RemovedRecord {
  readonly name: string
  readonly writes: Changes
  /** Installation that took over its objects. */
  readonly movedTo?: string | undefined
  /** What stays of it, and why, one line each; absent where nothing does. */
  readonly left?: readonly string[]
}
