/** What has to be remembered of a group's rollout. Times are ms since the epoch. */
export interface GroupRecord {
  /** What its members are brought to. */
  readonly at: Aim
  /** Since when all its members are there and well; undefined while they are not. */
  readonly wellSince?: number
  /** How often members that were well at `at` stopped being so. */
  readonly relapses: number
  /** The check that `at` failed. */
  readonly failure?: FailedCheck
  /** Revisions that all members were at, the newest first. */
  readonly proofs: readonly Proof[]
  /** Revisions that it does not take again by itself, the newest first. */
  readonly rejected: readonly Rejection[]
  /** Moves that are not done, by the name of the member. */
  readonly moves: ReadonlyMap<string, StartedMove>
  /** When the last move started. */
  readonly lastMove?: number
}

/** A check that failed. */
export interface FailedCheck {
  readonly name: string
  /** Digest of what the check says: one that is changed may pass. */
  readonly check: string
  readonly reason: string
}

/** A revision of what a group's members inherit. */
export interface Aim {
  readonly commit: string
  readonly digest: string
  readonly since: number
}

/** What a group is at that has yet to find something that it may take. */
export const NOTHING = { commit: '', digest: '' } as const

/** Whether there is something that a group's members are brought to. */
export function isAtSomething({ at }: Pick<GroupRecord, 'at'>): boolean {
  return at.commit !== NOTHING.commit
}

export interface Proof {
  readonly commit: string
  readonly digest: string
  /** The longest time for which all members were well, in ms. */
  readonly soaked: number
}

export interface Rejection {
  readonly commit: string
  readonly digest: string
  /** Head of the branch at that time: only a later commit forces it. */
  readonly head: string
  readonly why: string
  readonly at: number
}

/** Why a group does not take something again by itself; undefined where it may. */
export function rejectionOf(
  { rejected }: Pick<GroupRecord, 'rejected'>,
  digest: string,
): Rejection | undefined {
  return rejected.find((each) => each.digest === digest)
}

/**
 * What a move changes: what is inherited, only the member's own, both back to an earlier revision, or all of a new
 * member, or of one that wakes. One that is put to sleep, or changed while it sleeps, is not remembered.
 */
export type MoveKind = 'inherited' | 'own' | 'back' | 'new' | 'wake' | 'sleep'

export interface StartedMove {
  readonly kind: MoveKind
  readonly at: number
  /** The member was not available before. */
  readonly wasUnavailable: boolean
}
