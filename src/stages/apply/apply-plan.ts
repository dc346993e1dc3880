import type { ObjectPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'
import { STAGES, stageOf } from '../plan/order.ts'
import type { ApplyContext } from './apply-context.ts'
import { applyObject } from './apply-object.ts'
import { awaitEstablished } from './await-established.ts'

/**
 * Carries out a plan: creates and patches stage by stage (namespaces, CRDs, the rest, workloads, admission),
 * all objects of a stage in parallel within the client's limit of requests in flight; then deletes in reverse
 * order. One object's failure stops no other.
 * @returns one outcome per object, in no particular order
 */
export async function applyPlan(
  plans: readonly ObjectPlan[],
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const stage of stagesOf(plans)) {
    outcomes.push(...(await Promise.all(stage.map((plan) => applyObject(plan, context)))))
    await awaitEstablished(stage, context)
  }
  return outcomes
}

/** The plans in order: creates and patches from the bottom up, then deletions from the top down. */
function stagesOf(plans: readonly ObjectPlan[]): readonly ObjectPlan[][] {
  const writes = byStage(plans.filter((plan) => plan.action !== 'delete'))
  const deletions = byStage(plans.filter((plan) => plan.action === 'delete')).reverse()
  return [...writes, ...deletions]
}

function byStage(plans: readonly ObjectPlan[]): ObjectPlan[][] {
  const stages = Map.groupBy(plans, (plan) => stageOf(plan.key))
  return STAGES.flatMap((stage) => [stages.get(stage) ?? []]).filter((members) => members.length > 0)
}
