import type { Revision } from './revision.ts'

/** What becomes of an installation that Git no longer declares, as its last declaration says. */
export interface DeletionPolicy {
  /** Time for which it sleeps before it is deleted, in ms; 0 for none. */
  readonly grace: number
  /** Maximum number of its group's installations that are put to sleep, or deleted, at a time. */
  readonly deleteAtMost?: number
  /** It is not deleted while its last declaration says so. */
  readonly isProtected: boolean
}

/** What a document says of it. */
export type SaidDeletion = Partial<DeletionPolicy>

/** The policy where no document says anything. */
export const PLAIN_DELETION: DeletionPolicy = { grace: 0, isProtected: false }

/** An installation that Git no longer declares, and that is kept asleep until its grace is over. */
export interface PendingDeletion {
  /** Begin and end of its grace (RFC 3339, seconds). */
  readonly since: string
  readonly until: string
  /** Full id of the last commit that declares it: with a later one, all this holds no more. */
  readonly declaredAt: string
  /** What it is kept as. */
  readonly revision: Revision
  /** A commit allows its deletion, whatever the limits. */
  readonly isAllowed?: true
  /** It is being deleted. */
  readonly isGoing?: true
  /** Proves that Reeve recorded it; absent where it had no key. */
  readonly seal?: string
}
