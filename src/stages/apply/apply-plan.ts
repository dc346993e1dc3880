import type { ObjectPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'
import { REMOVAL_STAGES, removalStageOf, STAGES, stageOf } from '../plan/order.ts'
import type { ApplyContext } from './apply-context.ts'
import { applyObject } from './apply-object.ts'
import { awaitEstablished } from './await-established.ts'

/**
 * Carries out a plan: creates and patches stage by stage (namespaces, CRDs, the rest, workloads, admission),
 * all objects of a stage in parallel within the client's limit of requests in flight; then deletes stage
 * by stage. One object's failure stops no other.
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
  const deletions = plans.filter((plan) => plan.action === 'delete')
  const writes = plans.filter((plan) => plan.action !== 'delete')
  return [
    ...inStages(writes, STAGES, ({ key }) => stageOf(key)),
    ...inStages(deletions, REMOVAL_STAGES, ({ key }) => removalStageOf(key)),
  ]
}

function inStages<Stage>(
  plans: readonly ObjectPlan[],
  stages: readonly Stage[],
  stageOf: (plan: ObjectPlan) => Stage,
): ObjectPlan[][] {
  const byStage = Map.groupBy(plans, stageOf)
  return stages.flatMap((stage) => [byStage.get(stage) ?? []]).filter((members) => members.length > 0)
}
