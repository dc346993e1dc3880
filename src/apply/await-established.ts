import { isJsonArray, isJsonObject } from '../model/json.ts'
import type { LiveObject } from '../model/object.ts'
import type { ObjectPlan } from '../model/plan.ts'
import type { ApplyContext } from './apply-object.ts'
import { pause } from './pause.ts'

const ESTABLISHED_WITHIN_MS = 30_000

/**
 * Waits until the CustomResourceDefinitions that this stage wrote are served, so that the next stage
 * can create their custom resources. What is not served in time is left to the objects that need it.
 */
export async function awaitEstablished(stage: readonly ObjectPlan[], context: ApplyContext): Promise<void> {
  const written = stage.filter((plan) => isCrd(plan) && (plan.action === 'create' || plan.action === 'patch'))
  const deadline = Date.now() + ESTABLISHED_WITHIN_MS
  await Promise.all(written.map((plan) => untilEstablished(plan, context, deadline)))
}

function isCrd(plan: ObjectPlan): boolean {
  return plan.key.kind === 'CustomResourceDefinition' && plan.key.group === 'apiextensions.k8s.io'
}

async function untilEstablished(plan: ObjectPlan, context: ApplyContext, deadline: number): Promise<void> {
  const resource = context.resourceOf(plan)
  for (let looks = 1; resource !== undefined && Date.now() < deadline; looks++) {
    const crd = await context.client.get(resource, plan.key).catch(() => undefined)
    if (crd === undefined || isEstablished(crd)) return
    await pause(looks)
    context.onRetry?.('readiness')
  }
}

/** Condition Established, and the names accepted (apiextensions.k8s.io/v1). */
export function isEstablished(crd: LiveObject): boolean {
  const conditions = isJsonObject(crd.status) ? crd.status.conditions : undefined
  return (
    isJsonArray(conditions) &&
    conditions.some((c) => isJsonObject(c) && c.type === 'Established' && c.status === 'True')
  )
}
