import { ApiError } from '../../adapters/cluster/api-error.ts'
import { apiFault } from '../../adapters/cluster/api-fault.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { describeKey } from '../../model/object.ts'
import type { ObjectPlan, PatchPlan, UnchangedPlan } from '../../model/plan.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { WriterOf } from './writers.ts'

export interface Viewer {
  readonly view: ClusterView
  readonly writer: WriterOf
}

/** Whether Reeve itself writes the object, rather than a service account. */
export function isOfReeve(
  plan: Pick<ObjectPlan, 'action' | 'key'>,
  { writer, view: { client } }: Viewer,
): boolean {
  return writer(plan) === client
}

/**
 * Why a plan may not show the live object: the service account that writes it may not read it. What shows nothing of
 * it, and what Reeve itself writes, is not asked for.
 */
export async function refusalToShow(plan: ObjectPlan, viewer: Viewer): Promise<Fault | undefined> {
  if (!showsLive(plan) || isOfReeve(plan, viewer)) return undefined
  const { view, writer } = viewer
  // Git may declare another version than the one that is served.
  const resource = view.cache.watched(plan.key) ?? view.resourceOf(plan)
  if (resource === undefined) return fault('account-forbidden', describeKey(plan.key))
  try {
    await writer(plan).get(resource, plan.key)
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return apiFault(error, plan)
  }
}

function showsLive(plan: ObjectPlan): plan is PatchPlan | UnchangedPlan {
  return plan.action === 'patch' || (plan.action === 'unchanged' && (plan.left ?? []).length > 0)
}
