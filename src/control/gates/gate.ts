import type { ObjectKey } from '../../model/object.ts'
import type { CreatePlan, DeletePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'

/** A plan that changes the cluster. */
export type Write = CreatePlan | PatchPlan | DeletePlan

/** A write that is not carried out in this round. */
export interface WaitPlan {
  readonly action: 'wait'
  readonly key: ObjectKey
  /** What it waits for; the same however far that is. */
  readonly reason: string
  /** The installation whose object has to be applied first, where it waits for one. */
  readonly on?: string
}

/** A plan after the gates: as it was, blocked with a fault, or waiting. */
export type GatedPlan = ObjectPlan | WaitPlan

/** Holds plans back: what it does not hold passes as it is. */
export type Gate<Context, Plan extends GatedPlan = GatedPlan> = (
  plans: readonly Plan[],
  context: Context,
) => readonly Plan[] | Promise<readonly Plan[]>

/** Lets plans through gates, one after the other: each sees what those before it let pass. */
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
