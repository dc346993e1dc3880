import type { Fault } from '../../model/fault.ts'
import type { FormerOwner } from '../../model/former-owner.ts'
import type { InstallationNotice } from '../../model/notice.ts'
import type { ObjectKey } from '../../model/object.ts'
import type { Plan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'

/** Preview of `reeve adopt`. */
export interface AdoptionReport {
  /** Plan of everything that the installation declares, without deletions. */
  readonly plan: Plan
  /** Number of changes that take an object over; the others are the next sync's. */
  readonly takes: number
  /** Obstacles: nothing is taken over while there are any. */
  readonly faults: readonly Fault[]
  /** Notices about what Git declares. */
  readonly notices: readonly InstallationNotice[]
  /** Current owners of the installation's objects, by their marks. */
  readonly owners: readonly OwnedObjects[]
  /** Other objects of these owners, which keep them: Git does not declare them in this installation. */
  readonly left: readonly OwnedObjects[]
}

export interface OwnedObjects {
  readonly owner: FormerOwner
  /** Revision of a Helm release, if its record is available. */
  readonly revision?: number
  readonly objects: readonly ObjectKey[]
}

/** Result of `reeve adopt --yes`. */
export interface Adopted {
  /** One for each object to be taken over. */
  readonly outcomes: readonly Outcome[]
  /** Helm releases whose record was removed. */
  readonly removed: readonly FormerOwner[]
  /** Faults of records that were to be removed but stay. */
  readonly kept: readonly Fault[]
}

/** Whether anything prevents the takeover. */
export function isBlocked({ plan, faults }: AdoptionReport): boolean {
  return faults.length > 0 || plan.objects.some(({ action }) => action === 'blocked')
}
