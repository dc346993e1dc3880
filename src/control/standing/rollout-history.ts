import type { GroupReport, RolloutState } from '../../model/group-report.ts'
import type { NamedCommit } from './standing.ts'

/** How a group's rollout went. */
export interface RolloutHistory {
  readonly group: string
  readonly statusBranch: string
  /** The newest first. */
  readonly revisions: readonly GroupRevision[]
  /** Whether the status branch tells of earlier ones. */
  readonly hasMore: boolean
}

/** A commit that a group's members were brought to, for as long as that was what they were brought to. Times in ms. */
export interface GroupRevision {
  readonly at: NamedCommit
  readonly from: number
  /** Absent for the one that it is at. */
  readonly until?: number
  /** Time that it took until all members were there; absent where they never were. */
  readonly took?: number
  /** How it ended or stands. */
  readonly end: RolloutState | 'gone-back' | 'replaced' | 'removed'
  /** Why it was gone back from, or is halted. */
  readonly why?: string
  /** The newest first. */
  readonly steps: readonly HistoryStep[]
}

/** A change that people follow, as one commit of the status branch told it. */
export interface HistoryStep {
  /** Full id of the commit of the status branch. */
  readonly told: string
  readonly at: number
  readonly state: RolloutState
  readonly moved: number
  readonly members: number
  readonly waits?: string
}

/** What one commit of the status branch told of a group; without a report: nothing. */
export interface ToldReport {
  readonly told: string
  readonly at: number
  readonly report: GroupReport | undefined
}
