import type { GroupReport } from '../../model/group-report.ts'
import type { Rollout } from '../../model/rollout.ts'
import type { InstallationState } from '../../model/status.ts'
import type { GroupRecord } from '../../stages/rollout/group-record.ts'

/** How the rollouts of a fleet are doing, as a status branch tells it. */
export interface Standing {
  readonly statusBranch: string
  /** The status branch's commit. */
  readonly told: NamedCommit
  readonly branch: string
  /** The head of the followed branch, from which the groups are. */
  readonly head: NamedCommit
  /** In the order of their rings: a group comes after those that it follows. */
  readonly groups: readonly GroupStanding[]
}

export interface NamedCommit {
  /** Full id. */
  readonly commit: string
  /** First line of its message; absent where it is not known. */
  readonly subject?: string
  /** `Name <email>`. */
  readonly committer?: string
  /** Seconds since the epoch. */
  readonly time?: number
}

export interface GroupStanding {
  readonly name: string
  /** As the head says. */
  readonly rollout: Rollout
  /** Absent where the status branch tells nothing of it. */
  readonly report?: GroupReport
  /** Absent where the status branch has none that can be read. */
  readonly record?: GroupRecord
  /** The commit that its members are brought to. */
  readonly at?: NamedCommit
  /** In the order of urgency, then by name; absent where they are not asked for. */
  readonly members?: readonly MemberStanding[]
}

/**
 * What a member does, the most urgent first:
 * - `unavailable`: it is not well
 * - `moving`: it is being brought to the commit
 * - `waiting`: it waits for something of its own
 * - `behind`: its turn has not come
 * - `new`: nothing is told of it
 * - `pinned`, `skipped`, `suspended`: its documents say that it stays
 * - `hibernated`: it sleeps, and follows no rollout
 * - `there`: it is at the commit, and well
 */
export const MEMBER_PHASES = [
  'unavailable',
  'moving',
  'waiting',
  'behind',
  'new',
  'pinned',
  'skipped',
  'suspended',
  'hibernated',
  'there',
] as const

export type MemberPhase = (typeof MEMBER_PHASES)[number]

export interface MemberStanding {
  readonly name: string
  readonly phase: MemberPhase
  readonly state?: InstallationState
  /** The commit that it inherits from. */
  readonly commit?: string
  /** What it waits for, or what is wrong with it. */
  readonly why?: string
  /** When its move began, in ms since the epoch. */
  readonly since?: number
}

/** What is known of a member by its record. */
export interface RecordedMember {
  readonly state: InstallationState
  readonly commit?: string
  /** Of what it inherits. */
  readonly digest?: string
  /** The group that it inherits from. */
  readonly group?: string
  /** Its first problem. */
  readonly problem?: string
}
