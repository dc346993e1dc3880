import { ApiError, ConnectionError } from '../../adapters/cluster/api-error.ts'
import { apiFault, objectFault } from '../../adapters/cluster/api-fault.ts'
import { isOfPolicy } from '../../adapters/cluster/refusal-code.ts'
import { mayBeDone } from '../../adapters/cluster/retry.ts'
import { fault } from '../../model/fault.ts'
import { idOf, type LiveObject, type ObjectKey } from '../../model/object.ts'
import type { CreatePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Resource } from '../../model/schema.ts'
import type { Outcome } from '../../model/status.ts'
import { pause } from '../../support/concurrency/pause.ts'
import type { ApplyContext } from './apply-context.ts'
import { type LostAnswer, noteLost, outcomeOfLost, type WritePlan } from './lost-answers.ts'
import { allowsReplacement, refusedPatch } from './refused-patch.ts'
import { replaceObject } from './replace-object.ts'
import { writeOptions } from './write-options.ts'

/** Maximum number of attempts on an object that keeps changing before it fails. */
const MAX_ATTEMPTS = 8
/** Maximum number of times that a write is sent before its namespace or kind exists. */
const MAX_EARLY = 4

/** Result of one attempt: an outcome, or the live object if it changed since it was planned. */
type Attempt = { readonly outcome: Outcome } | { readonly moved: LiveObject | undefined }

/** Carries out one object's plan; replans on conflicts. Never throws: an error is the object's outcome. */
export async function applyObject(plan: ObjectPlan, context: ApplyContext): Promise<Outcome> {
  try {
    return await applyUntilSettled(plan, context)
  } catch (error) {
    return { result: 'failed', key: plan.key, fault: objectFault(error, plan) }
  }
}

async function applyUntilSettled(first: ObjectPlan, context: ApplyContext): Promise<Outcome> {
  let plan = first
  let live = 'live' in first ? first.live : undefined
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const lost = takeLost(plan, context)
    const found = lost && plan.action === 'unchanged' ? outcomeOfLost(lost, live) : undefined
    if (found) return found
    if (attempt > 0) context.onRetry?.('conflict')
    if (attempt > 1) await pause(attempt - 1)
    const result = await (needsKind(plan) ? writeOnceThere(plan, context) : attemptPlan(plan, context))
    if ('outcome' in result) return result.outcome
    live = result.moved
    plan = await context.replan(plan, live)
  }
  return failed(plan, `it changed ${MAX_ATTEMPTS} times while Reeve was writing it`)
}

function takeLost({ key }: ObjectPlan, { lostAnswers }: ApplyContext): LostAnswer | undefined {
  if (lostAnswers === undefined || lostAnswers.size === 0) return undefined
  const id = idOf(key)
  const lost = lostAnswers.get(id)
  lostAnswers.delete(id)
  return lost
}

/** Whether a write has prerequisites: a namespace, or a kind that may not be served yet. */
function needsKind(plan: ObjectPlan): plan is CreatePlan | PatchPlan {
  return plan.action === 'create' || isInOtherVersion(plan)
}

/** Writes an object once its prerequisites exist. */
async function writeOnceThere(plan: CreatePlan | PatchPlan, context: ApplyContext): Promise<Attempt> {
  const { prerequisites } = context
  if (prerequisites === undefined) return attemptPlan(plan, context)
  for (let tries = 1; ; tries++) {
    const missing = await prerequisites.missing(plan)
    if (missing !== undefined) return { outcome: missing }
    const result = await attemptPlan(plan, context)
    if (!isTooEarly(result)) return result
    const { outcome, isOver } = await prerequisites.refused(plan, result.outcome)
    if (!isOver || tries === MAX_EARLY) return { outcome }
    await pause(tries)
    context.onRetry?.('readiness')
  }
}

function isTooEarly(result: Attempt): result is { readonly outcome: Outcome } {
  if (!('outcome' in result && 'fault' in result.outcome)) return false
  const { code } = result.outcome.fault
  return code === 'waiting-for-namespace' || code === 'unknown-kind'
}

async function attemptPlan(plan: ObjectPlan, context: ApplyContext): Promise<Attempt> {
  if (plan.action === 'unchanged') return { outcome: { result: 'unchanged', key: plan.key } }
  if (plan.action === 'blocked') return { outcome: { result: 'blocked', key: plan.key, fault: plan.fault } }
  const resource = context.resourceOf(plan)
  if (resource === undefined) return { outcome: unserved(plan) }
  if (isInOtherVersion(plan)) return inDeclaredVersion(plan, resource, context)
  try {
    return { outcome: await write(plan, resource, context) }
  } catch (error) {
    return explain(error, plan, resource, context)
  }
}

/**
 * Whether the live object is in another version than the declared, then unserved one: the patch may not fit.
 */
function isInOtherVersion(plan: ObjectPlan): plan is PatchPlan {
  return plan.action === 'patch' && plan.live.apiVersion !== plan.desired.apiVersion
}

/** Reads the object in the declared version to plan it again; fails until that version is served. */
async function inDeclaredVersion(
  plan: WritePlan,
  resource: Resource,
  context: ApplyContext,
): Promise<Attempt> {
  const live = await read(resource, plan.key, context)
  return isAnswer(live) ? { moved: live } : { outcome: notRead(plan, live) }
}

async function write(plan: WritePlan, resource: Resource, context: ApplyContext): Promise<Outcome> {
  const writer = context.writer(plan)
  if (plan.action === 'delete') {
    const { uid, resourceVersion } = plan.live.metadata
    const options = { uid, resourceVersion, propagationPolicy: 'Background', lane: context.lane } as const
    context.onWritten(plan, await writer.delete(resource, plan.key, options))
    return { result: 'deleted', key: plan.key }
  }
  if (plan.action === 'patch' && plan.isReplacement && context.mayReplace?.(plan.live) !== false)
    return replaceObject(plan, resource, context)
  const options = writeOptions(plan, context)
  const answer =
    plan.action === 'create'
      ? await writer.create(resource, plan.desired, options)
      : await writer.patch(resource, plan.key, plan.patch, options)
  context.onWritten(plan, answer)
  return { result: plan.action === 'create' ? 'created' : 'patched', key: plan.key }
}

/** Decides whether the object changed, so that planning again helps, or the write is refused for good. */
async function explain(
  error: unknown,
  plan: WritePlan,
  resource: Resource,
  context: ApplyContext,
): Promise<Attempt> {
  if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error
  if (mayBeDone(error)) noteLost(plan, context)
  if (!(error instanceof ApiError) || !([404, 409, 422].includes(error.code) || isOfPolicy(error)))
    return { outcome: { result: 'failed', key: plan.key, fault: apiFault(error, plan) } }
  if (plan.action === 'delete' && error.code === 404) {
    context.lostAnswers?.delete(idOf(plan.key))
    context.onWritten(plan, undefined)
    return { outcome: { result: 'deleted', key: plan.key } }
  }
  const live = await read(resource, plan.key, context)
  if (!isAnswer(live)) return { outcome: notRead(plan, live) }
  if (hasMoved(plan, live)) return { moved: live }
  return { outcome: await refused(error, plan, resource, context) }
}

async function refused(
  error: ApiError,
  plan: WritePlan,
  resource: Resource,
  context: ApplyContext,
): Promise<Outcome> {
  if (plan.action !== 'patch') return { result: 'failed', key: plan.key, fault: apiFault(error, plan) }
  const { lane } = context
  const server = { writer: context.writer(plan), resource, lane }
  const { fault: problem, needsReplacement } = await refusedPatch(error, plan, server)
  if (!needsReplacement || !allowsReplacement(plan) || context.mayReplace?.(plan.live) === false)
    return { result: 'failed', key: plan.key, fault: problem }
  return replaceObject(plan, resource, context)
}

async function read(
  resource: Resource,
  key: ObjectKey,
  { client, lane }: ApplyContext,
): Promise<LiveObject | undefined | ApiError | ConnectionError> {
  try {
    return await client.get(resource, key, { lane })
  } catch (error) {
    if (error instanceof ApiError || error instanceof ConnectionError) return error
    throw error
  }
}

function isAnswer(live: LiveObject | undefined | ApiError | ConnectionError): live is LiveObject | undefined {
  return !(live instanceof ConnectionError || live instanceof ApiError)
}

function notRead(plan: WritePlan, error: ApiError | ConnectionError): Outcome {
  return { result: 'failed', key: plan.key, fault: apiFault(error, plan) }
}

function hasMoved(plan: WritePlan, live: LiveObject | undefined): boolean {
  if (plan.action === 'create') return live !== undefined
  return live?.metadata.resourceVersion !== plan.live.metadata.resourceVersion
}

function unserved(plan: WritePlan): Outcome {
  if (plan.action === 'delete') return { result: 'deleted', key: plan.key }
  return failed(plan, '', 'unknown-kind')
}

function failed(plan: ObjectPlan, why: string, code: 'unknown-kind' | 'contended' = 'contended'): Outcome {
  const place = { location: plan.origin, object: idOf(plan.key) }
  return { result: 'failed', key: plan.key, fault: fault(code, why, place) }
}
