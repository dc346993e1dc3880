import { FaultError, fault, isFault } from '../../model/fault.ts'
import { describeKey, idOf, type ObjectId } from '../../model/object.ts'
import type { ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Settings } from '../../model/settings.ts'
import type { Outcome } from '../../model/status.ts'
import type { ApplyContext } from '../../stages/apply/apply-context.ts'
import { applyPlan } from '../../stages/apply/apply-plan.ts'
import type { Member } from '../fleet/member.ts'
import { passingIdentity } from '../lease/identity.ts'
import { LeaderLease } from '../lease/leader-lease.ts'
import { leaseNamespace } from '../lease/lease-namespace.ts'
import type { Planning } from '../planner/plan-session.ts'
import type { Planner } from '../planner/planner.ts'
import type { Written } from '../planner/work.ts'
import type { WriterOf } from '../planner/writers.ts'
import type { Adopted } from './report.ts'

export interface TakeOverOptions {
  readonly member: Member
  readonly planner: Planner
  readonly planning: Planning
  readonly settings: Settings
}

/**
 * Writes the patches while no other Reeve of the name works on the cluster, or while one does that knows the
 * installation as it is declared here: the objects are that one's own, and as Git declares them, as soon as
 * they have its label. One that does not know the installation would delete them.
 * @param whenAllAre runs if every object could be taken over
 */
export async function takeOver(
  plans: readonly PatchPlan[],
  options: TakeOverOptions,
  whenAllAre: () => Promise<Omit<Adopted, 'outcomes'>>,
): Promise<Adopted> {
  const { planning, settings } = options
  const me = passingIdentity()
  const { cluster, client } = planning.view
  const { name: repository } = settings
  const namespace = await leaseNamespace(cluster, repository)
  const leaderLease = new LeaderLease({ client, repository, namespace, me, log: planning.log })
  try {
    if (await hasCluster(leaderLease, options)) cluster.guard = leaderLease
    const outcomes = await write(plans, options)
    const isWhole = outcomes.every(({ result }) => result === 'patched' || result === 'unchanged')
    return { outcomes, ...(isWhole ? await whenAllAre() : { removed: [], kept: [] }) }
  } finally {
    cluster.guard = undefined
    await leaderLease[Symbol.asyncDispose]()
  }
}

/** False if a Reeve holds the Lease that knows the installation at this commit. */
async function hasCluster(leaderLease: LeaderLease, { member, planning }: TakeOverOptions): Promise<boolean> {
  try {
    await leaderLease.acquire((problem) => {
      throw problem
    })
    return true
  } catch (error) {
    if (!isFault(error, 'cluster-held')) throw error
    const { records, fleet } = planning
    if (records.get(member.name)?.commit === fleet.commit.oid) return false
    throw new FaultError(fault('not-followed-yet', member.name), { cause: error })
  }
}

/** Plans again to learn how the server changed the values written, so that the next plan is empty. */
async function write(plans: readonly ObjectPlan[], options: TakeOverOptions): Promise<readonly Outcome[]> {
  const { member, planner, planning } = options
  const written = new Map<ObjectId, Written>()
  const writer = await planner.writerFor(member, planning.declared)
  const context = applyContext(writer, written, options)
  const outcomes = await applyPlan(plans, context)
  const unsettled = await planner.settle(written)
  const again = [...unsettled].flatMap((id) => {
    const live = planning.view.cache.get(id)
    const key = member.objects.get(id)?.key
    return key && live
      ? [planner.replan(member.name, { action: 'unchanged', key }, live, planning.declared)]
      : []
  })
  await applyPlan((await Promise.all(again)).map(onlyChanged), context)
  return outcomes
}

function applyContext(
  writer: WriterOf,
  written: Map<ObjectId, Written>,
  options: TakeOverOptions,
): ApplyContext {
  const { member, planner, planning } = options
  const { view, log, declared } = planning
  return {
    client: view.client,
    writer,
    resourceOf: (plan) => view.resourceOf(plan),
    replan: async (plan, live) => onlyChanged(await planner.replan(member.name, plan, live, declared)),
    mayReplace: () => false,
    onWarning: ({ key }, warning) =>
      log.warn({ installation: member.name, object: describeKey(key), warning }, 'the API server warns'),
    onWritten: (plan, answer) => {
      if (answer === undefined) return
      view.cache.put(answer)
      const { resourceVersion } = answer.metadata
      if ('desired' in plan) written.set(idOf(plan.key), { desired: plan.desired, resourceVersion })
    },
  }
}

/** Does not bring back objects that were deleted meanwhile. */
function onlyChanged(plan: ObjectPlan): ObjectPlan {
  return plan.action === 'create' || plan.action === 'delete' ? { action: 'unchanged', key: plan.key } : plan
}
