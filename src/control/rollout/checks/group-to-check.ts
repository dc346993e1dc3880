import type { SaidAccount } from '../../../model/declaration.ts'
import type { Location } from '../../../model/fault.ts'
import type { Check } from '../../../model/rollout-check.ts'
import type { FailedCheck } from '../../../stages/rollout/group-record.ts'

/** A group whose rollout has checks, as its last decision left it. */
export interface GroupToCheck {
  readonly name: string
  /** What its members are brought to. */
  readonly commit: string
  readonly digest: string
  /** Since when all members are there and well, in ms since the epoch; undefined while they are not. */
  readonly wellSince?: number | undefined
  /** The longest soak that a follower asks, in ms; 0 where none does. */
  readonly longestSoak: number
  readonly checks: readonly Check[]
  /** The check that failed it, as is remembered; it stays failed. */
  readonly failed?: FailedCheck | undefined
  /** Called when a check looks. */
  readonly members: () => readonly CheckedMember[]
  /** The service account that the group, or one around it, names. */
  readonly account?: SaidAccount | undefined
  /** Of the group's document. */
  readonly location: Location
}

/** What an expression sees of a member. */
export interface CheckedMember {
  readonly name: string
  readonly state: 'healthy' | 'progressing' | 'failed'
  readonly labels: Readonly<Record<string, string>>
  /** Absent where it has none. */
  readonly version?: string
}
