import type { LiveObject } from '../../model/object.ts'
import type { DeletePlan, ObjectPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'
import { type DeletionScope, limitDeletions } from '../../stages/plan/prune.ts'
import type { Guard } from '../../stages/plan/tenancy/refusal-of.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'
import { deferContended, type Patience } from './defer-contended.ts'
import type { Gate } from './gate.ts'
import { holdContainers } from './hold-containers.ts'
import { deleteLast, type HoldContext } from './hold-deletions.ts'
import { holdGroups } from './hold-groups.ts'
import { holdInhabited, type Inhabited } from './hold-inhabited.ts'
import { holdLeftOut } from './hold-left-out.ts'
import { holdMentioned, type TextOf } from './hold-mentioned.ts'
import { holdNotAllowed } from './hold-not-allowed.ts'
import { holdUnproven } from './hold-unproven.ts'
import { keepCopies } from './keep-copies.ts'
import type { Proofs } from './proofs.ts'
import type { Readiness } from './readiness.ts'
import { type Ask, holdRuns } from './taken-over.ts'
import { type FreeRemoval, type RemovalWait, waitForGrace } from './wait-for-grace.ts'
import { waitForWaves } from './wait-for-waves.ts'

/** Context in which deletions are planned, in a sync and in `reeve plan`. */
export interface DeletionContext {
  /** Name of the installation. */
  readonly name: string
  readonly declared: DesiredState
  readonly scope: DeletionScope
  readonly proofs: Proofs
  /** What the configuration allows. */
  readonly guard: Guard
  /** Live objects of the Repository. */
  readonly all: () => Iterable<LiveObject>
  /** What others have in the namespace that a plan deletes. */
  readonly inhabited: (plan: DeletePlan) => Promise<Inhabited>
  readonly textOf: TextOf
}

/** Context in which a batch of writes is about to be carried out. */
export interface WriteContext {
  /** Name of the installation. */
  readonly name: string
  /** Undefined if Git no longer declares it. */
  readonly member: Member | undefined
  /** Wave of a commit's writes; -Infinity for deletions; undefined if they never wait, as in healing. */
  readonly wave: number | undefined
  /** Outcomes of the earlier batches in this round. */
  readonly outcomes: readonly Outcome[]
  readonly readiness: Readiness
  readonly patience: Patience
  readonly ask: Ask
  /** Why the removal of an installation waits, once nothing else keeps it. */
  readonly removalWait: (removal: FreeRemoval) => Promise<RemovalWait | undefined>
  /** Made only for batches with deletions. */
  readonly deletions: () => HoldContext
}

/*
 * Everything that holds back what Git asks for, in order: the first gate that holds a plan gives the reason.
 * (Ownership by others is no gate: it decides what the plan is made from, in
 * stages/plan/ownership/claim.ts.)
 */

/** Gates for planned deletions. */
export const DELETION_GATES: readonly Gate<DeletionContext, ObjectPlan>[] = [
  (plans, { guard }) => holdNotAllowed(plans, guard),
  (plans, { scope }) => limitDeletions(plans, scope),
  (plans, { all }) => holdContainers(plans, all),
  (plans, { proofs }) => holdUnproven(plans, proofs),
  (plans, { inhabited }) => holdInhabited(plans, inhabited),
  (plans, { declared }) => holdGroups(plans, declared.members.values()),
  (plans, context) => holdLeftOut(plans, context.declared.members.values(), goneIn(context)),
  (plans, context) =>
    holdMentioned(plans, context.declared.members.values(), context.textOf, goneIn(context)),
]

/** Name of the installation, if Git no longer declares it. */
function goneIn({ name, declared }: DeletionContext): string | undefined {
  return declared.members.has(name) ? undefined : name
}

/** Gates before each batch of writes. */
export const WRITE_GATES: readonly Gate<WriteContext>[] = [
  keepCopies,
  (plans, { patience }) => deferContended(plans, patience),
  waitForWaves,
  holdRuns, // asks the API server: only about what does not wait
  (plans, { name, deletions }) => deleteLast(name, plans, deletions),
  waitForGrace,
]
