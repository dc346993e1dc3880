import { fault } from '../model/fault.ts'
import { idOf, type ObjectId } from '../model/object.ts'
import type { BlockedPlan, ObjectPlan, PatchPlan } from '../model/plan.ts'
import { lastOtherWriter } from '../plan/ownership/writers.ts'
import type { ClusterView } from './cluster-view.ts'
import type { Contention } from './contention.ts'
import type { Planner } from './planner.ts'

export interface Patience {
  readonly view: ClusterView
  readonly planner: Planner
  readonly contention: Contention
}

/**
 * Leaves a drift that comes back again and again for a while.
 * @param contended takes for how long, in milliseconds
 */
export async function deferContended(
  plan: ObjectPlan,
  contended: Map<ObjectId, number>,
  patience: Patience,
): Promise<ObjectPlan> {
  const { planner, contention } = patience
  if (plan.action !== 'patch' || !planner.isDrift(plan)) return plan
  const id = idOf(plan.key)
  const now = Date.now()
  const delay = contention.delay(id, now)
  if (delay === 0) {
    contention.note(id, now)
    return plan
  }
  contended.set(id, delay)
  return contendedPlan(plan, await otherWriter(plan, patience))
}

function contendedPlan(plan: PatchPlan, writer: string | undefined): BlockedPlan {
  const details = `${writer ?? 'somebody'} wrote it last; it is put back less and less often`
  const place = { location: plan.origin, object: idOf(plan.key) }
  return {
    action: 'blocked',
    key: plan.key,
    live: plan.live,
    fault: fault('contended', details, place),
    ...(plan.origin && { origin: plan.origin }),
  }
}

/** By metadata.managedFields, which the cache leaves out. */
async function otherWriter(plan: PatchPlan, { view }: Patience): Promise<string | undefined> {
  const resource = view.resourceOf(plan)
  const live = resource && (await view.client.get(resource, plan.key).catch(() => undefined))
  return live && lastOtherWriter(live)
}
