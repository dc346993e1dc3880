import { ApiError } from '../../adapters/cluster/api-error.ts'
import { apiFault } from '../../adapters/cluster/api-fault.ts'
import { refusalCode } from '../../adapters/cluster/refusal-code.ts'
import { gvkOf, idOf, type LiveObject } from '../../model/object.ts'
import type { BlockedPlan, CreatePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Resource } from '../../model/schema.ts'
import { allowsReplacement, refusedPatch } from '../../stages/apply/refused-patch.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { namespaceId } from '../../stages/live/missing-namespaces.ts'
import { redactFault } from '../../stages/report/redact-secrets.ts'
import { type DesiredState, secretsOf } from '../fleet/desired-state.ts'
import { derivedIdOf } from '../fleet/member.ts'
import { keptInside } from '../gates/hold-containers.ts'
import type { DryRuns } from './dry-runs.ts'
import type { Planner } from './planner.ts'
import { isOfReeve, refusalToShow } from './shown-to.ts'
import type { WriterOf } from './writers.ts'

export interface CheckContext {
  readonly view: ClusterView
  readonly declared: DesiredState
  readonly writer: WriterOf
  /** Plans again against a live object that the cache does not hold: it may not be Reeve's. */
  readonly replan: (live: LiveObject) => Promise<ObjectPlan>
  /** Whether an object may be replaced where Git allows it; default false. */
  readonly mayReplace?: boolean | undefined
  /** Records each dry run; without it, a dry run that the account may not do is a refusal of the object. */
  readonly dryRuns?: DryRuns | undefined
}

/** An account that may not write (apiserver, ForbiddenStatusError); webhooks and quotas answer 403, too. */
const MAY_NOT_WRITE = / is forbidden: User ".*" cannot (?:create|patch|update|impersonate) resource "/s

/**
 * Plans as the API server accepts them: each write is dry-run. A derived object that it would refuse is left
 * out.
 */
export async function checkAll(
  name: string,
  objects: readonly ObjectPlan[],
  planner: Planner,
  context: Omit<CheckContext, 'replan' | 'writer'>,
): Promise<readonly ObjectPlan[]> {
  const { declared } = context
  const member = declared.members.get(name)
  const writer = await planner.writerFor({ name, id: member?.id ?? installationId(name) }, declared)
  const checked = await Promise.all(
    objects.map((plan) => {
      const replan = (live: LiveObject) => planner.replan(name, plan, live, declared)
      return checkPlan(plan, { ...context, writer, replan })
    }),
  )
  const derived = derivedIdOf(member)
  const plans = checked.filter(({ action, key }) => action !== 'blocked' || idOf(key) !== derived)
  const faults = plans.flatMap((plan) => (plan.action === 'blocked' ? plan.fault : []))
  const found = await planner.located(faults, name, declared)
  const placed = new Map(faults.map((fault, index) => [fault, found[index] ?? fault]))
  const secrets = secretsOf(declared, name)
  return plans.map((plan) =>
    plan.action === 'blocked'
      ? { ...plan, fault: redactFault(placed.get(plan.fault) ?? plan.fault, secrets) }
      : plan,
  )
}

/** Asks the API server for its answer to a planned write, by a dry run. */
async function checkPlan(plan: ObjectPlan, context: CheckContext): Promise<ObjectPlan> {
  if (plan.action !== 'create' && plan.action !== 'patch') return shown(plan, context)
  const { view } = context
  const resource = view.resourceOf(plan)
  if (resource === undefined || view.isDeclaredKind(gvkOf(plan.desired))) return shown(plan, context)
  try {
    const taken = isOfReeve(plan, context) ? await ifTaken(plan, resource, context) : undefined
    if (taken) return taken
    await dryRun(plan, resource, context)
    context.dryRuns?.noteShown()
    // The right to create an object again does not cover to see the one that is there.
    return plan.action === 'patch' && plan.isReplacement ? await shown(plan, context) : plan
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return await answered(error, plan, resource, context)
  }
}

/** The plan of an object that the cache does not hold and that is there all the same. */
async function ifTaken(
  plan: CreatePlan | PatchPlan,
  resource: Resource,
  context: CheckContext,
): Promise<ObjectPlan | undefined> {
  if (plan.action !== 'create') return undefined
  const live = await context.writer(plan).get(resource, plan.key)
  return live && checkPlan(await context.replan(live), context)
}

async function answered(
  error: ApiError,
  plan: CreatePlan | PatchPlan,
  resource: Resource,
  context: CheckContext,
): Promise<ObjectPlan> {
  // Whether a name is taken is for those to know who may create the object.
  const isUnasked = !isOfReeve(plan, context) && error.code !== 403
  const taken = isUnasked ? await ifTaken(plan, resource, context).catch(unlessForbidden) : undefined
  if (taken) return taken
  if (context.dryRuns && lacksRight(error)) {
    context.dryRuns.noteForbidden(error.message)
    return shown(plan, context)
  }
  context.dryRuns?.noteShown()
  return refused(plan, error, resource, context)
}

/** Whether Reeve itself lacks a right, be it to act as an account. */
function lacksRight(error: ApiError): boolean {
  const isOwn = error.as === undefined || refusalCode(error) === 'impersonation-forbidden'
  return error.code === 403 && isOwn && MAY_NOT_WRITE.test(error.message)
}

async function dryRun(
  plan: CreatePlan | PatchPlan,
  resource: Resource,
  context: CheckContext,
): Promise<void> {
  const writer = context.writer(plan)
  const options = { dryRun: true, secret: plan.sensitive !== undefined }
  if (plan.action === 'create') await writer.create(resource, plan.desired, options)
  else if (plan.isReplacement) await writer.create(resource, plan.desired, options).catch(unlessTaken)
  else await writer.patch(resource, plan.key, plan.patch, options)
}

/** Who may create an object need not know whose the one is that has its name. */
function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.code !== 403) throw error
}

/** The plan without anything of a live object that its service account may not read. */
async function shown(plan: ObjectPlan, context: CheckContext): Promise<ObjectPlan> {
  const refusal = await refusalToShow(plan, context)
  if (refusal === undefined) return plan
  if (plan.action === 'patch') return blocked(plan, refusal)
  return 'left' in plan ? { ...plan, left: [] } : plan
}

/** Everything else is checked before it is found that the name is taken. */
function unlessTaken(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 409 || error.reason !== 'AlreadyExists') throw error
}

async function refused(
  plan: CreatePlan | PatchPlan,
  error: ApiError,
  resource: Resource,
  context: CheckContext,
): Promise<ObjectPlan> {
  const { declared, view, mayReplace = false } = context
  if (plan.action === 'patch') {
    const server = { writer: context.writer(plan), resource }
    const { fault, needsReplacement } = await refusedPatch(error, plan, server)
    const isReplaced = needsReplacement && mayReplace && allowsReplacement(plan)
    const keepsNone = isReplaced && keptInside(plan.live, () => view.cache.all()) === undefined
    return keepsNone ? { ...plan, isReplacement: true } : blocked(plan, fault)
  }
  const problem = apiFault(error, plan)
  const home = namespaceId(plan.desired.metadata.namespace ?? '')
  const isEarly = problem.code === 'waiting-for-namespace' && declared.claims.has(home)
  return isEarly ? plan : blocked(plan, problem)
}

function blocked(plan: CreatePlan | PatchPlan, fault: BlockedPlan['fault']): BlockedPlan {
  return {
    action: 'blocked',
    key: plan.key,
    fault,
    ...(plan.origin && { origin: plan.origin }),
    ...('live' in plan && { live: plan.live }),
  }
}
