import type { ObjectPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'
import { type DeletionScope, limitDeletions } from '../../stages/plan/prune.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'
import { deferContended, type Patience } from './defer-contended.ts'
import type { Gate } from './gate.ts'
import { deleteLast, type HoldContext } from './hold-deletions.ts'
import { holdGroups } from './hold-groups.ts'
import { holdMentioned, type TextOf } from './hold-mentioned.ts'
import { holdUnproven } from './hold-unproven.ts'
import type { Proofs } from './proofs.ts'
import type { Readiness } from './readiness.ts'
import { waitForWaves } from './wait-for-waves.ts'

/** What is known when deletions are planned, in a sync as in `reeve plan`. */
export interface DeletionContext {
  /** The installation's name. */
  readonly name: string
  readonly declared: DesiredState
  readonly scope: DeletionScope
  readonly proofs: Proofs
  readonly textOf: TextOf
}

/** What is known when a batch of writes is about to be carried out. */
export interface WriteContext {
  /** The installation's name. */
  readonly name: string
  /** Undefined where Git no longer declares it. */
  readonly member: Member | undefined
  /** Of what follows a commit; -Infinity for deletions; undefined for what never waits, such as healing. */
  readonly wave: number | undefined
  /** What became of the batches before, in this round. */
  readonly outcomes: readonly Outcome[]
  readonly readiness: Readiness
  readonly patience: Patience
  readonly deletions: HoldContext
}

/*
 * Everything that holds back what Git asks for, in the order in which it is asked: the first that holds a
 * plan gives the reason. (Whether an object is another owner's to write is no gate: it decides what the plan
 * is made from, in stages/plan/ownership/claim.ts.)
 */

/** When what goes is planned. */
export const DELETION_GATES: readonly Gate<DeletionContext, ObjectPlan>[] = [
  (plans, { scope }) => limitDeletions(plans, scope),
  (plans, { proofs }) => holdUnproven(plans, proofs),
  (plans, { declared }) => holdGroups(plans, declared.members.values()),
  (plans, { name, declared, textOf }) =>
    holdMentioned(plans, declared.members.values(), textOf, declared.members.has(name) ? undefined : name),
]

/** Before each batch of writes. */
export const WRITE_GATES: readonly Gate<WriteContext>[] = [
  (plans, { patience }) => deferContended(plans, patience),
  waitForWaves,
  (plans, { name, deletions }) => deleteLast(name, plans, deletions),
]
