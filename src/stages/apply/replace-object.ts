import { ApiError, ConnectionError } from '../../adapters/cluster/api-error.ts'
import { apiFault } from '../../adapters/cluster/api-fault.ts'
import { mayBeDone } from '../../adapters/cluster/retry.ts'
import { fault } from '../../model/fault.ts'
import { idOf, type LiveObject } from '../../model/object.ts'
import type { PatchPlan } from '../../model/plan.ts'
import type { Resource } from '../../model/schema.ts'
import type { Outcome } from '../../model/status.ts'
import { pause } from '../../support/concurrency/pause.ts'
import { until } from '../../support/concurrency/until.ts'
import { causesRefusal } from '../plan/causes-refusal.ts'
import type { ApplyContext } from './apply-context.ts'
import { noteLost, type WritePlan } from './lost-answers.ts'
import { writeOptions } from './write-options.ts'

/** Maximum wait for a deleted object to disappear, in milliseconds; then the next sync replaces it. */
const GONE_WITHIN_MS = 60_000
/**
 * Maximum wait for what a deleted object held, in milliseconds: the API server frees ports and addresses shortly
 * after the object is gone.
 */
const FREED_WITHIN_MS = 10_000

/**
 * Deletes the object (foreground: with all that it owns) and creates it as declared, which a dry run has shown to
 * be possible. If Reeve ends in between, the next round creates it. A deletion that no creation follows yet is told
 * as what it is.
 */
export async function replaceObject(
  plan: PatchPlan,
  resource: Resource,
  context: ApplyContext,
): Promise<Outcome> {
  const { lane } = context
  const { key, live } = plan
  const deletion: WritePlan = { action: 'delete', key, live }
  let next: WritePlan = deletion
  let answer: LiveObject | undefined
  try {
    const { uid } = live.metadata
    answer = await context.writer(plan).delete(resource, key, { uid, propagationPolicy: 'Foreground', lane })
    next = { ...plan, action: 'create' }
    if (await isGone(plan, resource, context)) {
      context.onWritten(plan, await createOnceFreed(plan, resource, context), 'replaced')
      return { result: 'patched', key }
    }
    context.onWritten(deletion, answer)
    return stillThere(plan)
  } catch (error) {
    if (next !== deletion) context.onWritten(deletion, answer)
    if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error
    if (mayBeDone(error)) noteLost(next, context)
    return { result: 'failed', key, fault: apiFault(error, plan) }
  }
}

function isGone(plan: PatchPlan, resource: Resource, context: ApplyContext): Promise<boolean> {
  const look = async () => {
    const live = await context.client.get(resource, plan.key, { lane: context.lane })
    return live?.metadata.uid !== plan.live.metadata.uid
  }
  return until(look, AbortSignal.timeout(GONE_WITHIN_MS), () => context.onRetry?.('readiness'))
}

/** Creates the object; again while the API server says that another one, the deleted one, has its ports or address. */
async function createOnceFreed(
  plan: PatchPlan,
  resource: Resource,
  context: ApplyContext,
): Promise<LiveObject> {
  const { live, desired, key } = plan
  const end = performance.now() + FREED_WITHIN_MS
  for (let looks = 1; ; looks++) {
    try {
      return await context.writer(plan).create(resource, desired, writeOptions(plan, context))
    } catch (error) {
      if (!(error instanceof ApiError) || performance.now() > end) throw error
      if (!causesRefusal(live, { key, fault: apiFault(error, plan) })) throw error
      await pause(looks)
      context.onRetry?.('readiness')
    }
  }
}

function stillThere(plan: PatchPlan): Outcome {
  const place = { location: plan.origin, object: idOf(plan.key) }
  return { result: 'failed', key: plan.key, fault: fault('being-deleted', '', place) }
}
