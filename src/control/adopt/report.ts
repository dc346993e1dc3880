import type { Fault } from '../../model/fault.ts'
import type { FormerOwner } from '../../model/former-owner.ts'
import type { ObjectKey } from '../../model/object.ts'
import type { Plan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'

/** What `reeve adopt` would do. */
export interface AdoptionReport {
  /** Of all that the installation declares; deletions aside. */
  readonly plan: Plan
  /** How many of its changes take an object over; the others are the next sync's. */
  readonly takes: number
  /** What is in the way: nothing is taken over while anything is. */
  readonly faults: readonly Fault[]
  /** Who has objects of the installation now, by their marks. */
  readonly owners: readonly OwnedObjects[]
  /** What these owners have besides, and keep: Git does not declare it in this installation. */
  readonly left: readonly OwnedObjects[]
}

export interface OwnedObjects {
  readonly owner: FormerOwner
  /** Of a Helm release, where its record can be had. */
  readonly revision?: number
  readonly objects: readonly ObjectKey[]
}

/** What `reeve adopt --yes` did. */
export interface Adopted {
  /** One for each object that was to be taken over. */
  readonly outcomes: readonly Outcome[]
  /** Helm releases whose record was removed. */
  readonly removed: readonly FormerOwner[]
  /** Records that were to be removed and stay. */
  readonly kept: readonly Fault[]
}

/** Whether anything is in the way. */
export function isBlocked({ plan, faults }: AdoptionReport): boolean {
  return faults.length > 0 || plan.objects.some(({ action }) => action === 'blocked')
}
