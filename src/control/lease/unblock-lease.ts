import { FaultError, fault } from '../../model/fault.ts'
import { describeKey, type LiveObject } from '../../model/object.ts'
import type { DeletePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Settings } from '../../model/settings.ts'
import type { ApplyContext } from '../../stages/apply/apply-context.ts'
import { applyObject } from '../../stages/apply/apply-object.ts'
import { within } from '../../support/concurrency/within.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { namesOf, type Planning, PlanSession } from '../planner/plan-session.ts'
import { isBehind, type Refusal } from './refusal.ts'

/** Maximum time for unblocking, in milliseconds: reading the branch and the cluster may be slow. */
const UNBLOCK_WITHIN_MS = 300_000
const GROUP = 'admissionregistration.k8s.io'

export interface Unblocking {
  readonly settings: Settings
  readonly refusal: Refusal
  /**
   * Called before each write.
   * @throws FaultError, ApiError, ConnectionError if another Reeve has the Lease
   */
  readonly confirm: () => Promise<void>
  readonly log: Log
}

/**
 * Brings the webhook or policy that blocks the Lease to what Git declares, if Git changes or removes it. The
 * API server sends no request about admission webhooks and policies themselves to any of them. Writes nothing
 * else, and nothing at all while another Reeve has the Lease.
 * @returns whether something was written
 */
export async function unblockLease(unblocking: Unblocking): Promise<boolean> {
  const late = new AbortController()
  let written = false
  let failure: unknown
  const done = unblock(unblocking, late.signal).then(
    (result) => {
      written = result
    },
    (error: unknown) => {
      failure = error
    },
  )
  await within(UNBLOCK_WITHIN_MS, done)
  late.abort() // from here on nothing is written
  if (failure !== undefined) throw failure
  return written
}

async function unblock(unblocking: Unblocking, late: AbortSignal): Promise<boolean> {
  const { settings, log, confirm } = unblocking
  await using session = await PlanSession.open({ settings, log })
  session.view.cluster.guard = {
    confirm: async () => {
      if (late.aborted)
        throw new FaultError(fault('lease-blocked', 'reading what Git declares took too long'))
      await confirm()
    },
    doubt: () => {},
  }
  const planning = await session.read()
  await planning.view.watchOwned()
  const plans = await plansOf(planning, unblocking.refusal)
  const results = await Promise.all(plans.map((each) => carryOut(each, planning, unblocking)))
  return results.includes(true)
}

interface Found {
  /** Name of the installation. */
  readonly name: string
  readonly id: string
  readonly plan: PatchPlan | DeletePlan
}

async function plansOf(planning: Planning, refusal: Refusal): Promise<readonly Found[]> {
  const { declared, view, fleet } = planning
  const planner = planning.planner()
  const owners = [...view.cache.all()].filter((live) => isBlocking(live, refusal))
  if (owners.length === 0) return []
  const plans = await Promise.all(
    namesOf(planning).map(async ([name, id]) => {
      const planned = await planner.plan({ name, id, scope: 'all', head: fleet.commit.oid }, declared)
      return planned.filter((plan) => isUnblocking(plan, refusal)).map((plan) => ({ name, id, plan }))
    }),
  )
  return plans.flat()
}

function isBlocking(live: LiveObject, refusal: Refusal): boolean {
  return live.apiVersion.startsWith(`${GROUP}/`) && isBehind(refusal, live)
}

function isUnblocking(plan: ObjectPlan, refusal: Refusal): plan is PatchPlan | DeletePlan {
  return (plan.action === 'patch' || plan.action === 'delete') && isBlocking(plan.live, refusal)
}

async function carryOut(
  { name, id, plan }: Found,
  { declared, view, ...planning }: Planning,
  { log, refusal }: Unblocking,
): Promise<boolean> {
  const planner = planning.planner()
  const object = describeKey(plan.key)
  const replan = async (_: ObjectPlan, live: LiveObject | undefined): Promise<ObjectPlan> => {
    const again = await planner.replan(name, plan, live, declared)
    return isUnblocking(again, refusal) ? again : { action: 'unchanged', key: plan.key }
  }
  const context: ApplyContext = {
    client: view.client,
    writer: await planner.writerFor({ name, id }, declared),
    resourceOf: (each) => view.resourceOf(each),
    replan,
    mayReplace: () => false,
    onWritten: ({ action }) =>
      log.warn(
        { installation: name, object, action },
        'changed as Git declares it, because it blocks the Lease',
      ),
    onWarning: (_, warning) => log.warn({ installation: name, object, warning }, 'the API server warns'),
  }
  const outcome = await applyObject(plan, context)
  if ('fault' in outcome)
    log.warn({ installation: name, object, ...faultFields(outcome.fault) }, 'object not as declared')
  return outcome.result === 'patched' || outcome.result === 'deleted'
}
