import type { ObjectKey } from '../../model/object.ts'
import type { CreatePlan, DeletePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'

/** A plan that changes the cluster. */
export type Write = CreatePlan | PatchPlan | DeletePlan

/** A write that is not carried out in this round. */
export interface WaitPlan {
  readonly action: 'wait'
  readonly key: ObjectKey
  /** Reason for the wait; does not change with its progress. */
  readonly reason: string
  /** Installation whose object must be applied, or gone, first, if it waits for one. */
  readonly on?: string
  /** A deletion that waits until an object is gone: one of `on`, or of its own installation. */
  readonly isForGone?: true
}

/** A deletion that comes later, without anything waiting for it. */
export interface KeepPlan {
  readonly action: 'keep'
  readonly key: ObjectKey
  /** Time until it is looked at again, in ms. */
  readonly forMs: number
}

/** A plan after the gates: as it was, blocked with a fault, waiting, or to come later. */
export type GatedPlan = ObjectPlan | WaitPlan | KeepPlan

/** Holds back plans; the others pass unchanged. */
export type Gate<Context, Plan extends GatedPlan = GatedPlan> = (
  plans: readonly Plan[],
  context: Context,
) => readonly Plan[] | Promise<readonly Plan[]>

/** Passes plans through gates in turn; each sees the plans that the earlier ones let pass. */
export async function passGates<Context, Plan extends GatedPlan>(
  plans: readonly Plan[],
  gates: readonly Gate<Context, Plan>[],
  context: Context,
): Promise<readonly Plan[]> {
  let passed = plans
  for (const gate of gates) passed = await gate(passed, context)
  return passed
}

export function isWrite(plan: GatedPlan): plan is Write {
  return plan.action === 'create' || plan.action === 'patch' || plan.action === 'delete'
}

export function isDeletion(plan: GatedPlan): plan is DeletePlan {
  return plan.action === 'delete'
}
