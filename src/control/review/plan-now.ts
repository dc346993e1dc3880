import { asFaultError } from '../../adapters/cluster/any-fault.ts'
import type { Fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { noticesOf } from '../../model/notice.ts'
import { idOf } from '../../model/object.ts'
import type { ObjectPlan, Plan, PlanReport } from '../../model/plan.ts'
import { revisionAt } from '../../model/revision.ts'
import { type Faulty, sharedFaults } from '../../model/shared-faults.ts'
import { isSyncedAt } from '../../stages/report/last-synced-revision.ts'
import { advanceCheck } from '../planner/check-advance.ts'
import { checkAll } from '../planner/check-plan.ts'
import { DryRuns } from '../planner/dry-runs.ts'
import { holdPlanned } from '../planner/hold-planned.ts'
import { namesOf, type PlanningOptions, PlanSession } from '../planner/plan-session.ts'
import { unreadableKinds } from '../planner/unreadable-kinds.ts'
import { forecastPlan } from './forecast-plan.ts'

/** Faults that lie in an object's document alone: they are the same on every cluster that serves its kind. */
const DOCUMENT_FAULTS: ReadonlySet<FaultCode> = new Set(['unknown-field', 'invalid-field'])

/**
 * Plans what a sync of the followed branch would change now, without changing anything. Dry-runs each write, so that
 * the report says what the API server would refuse.
 * @throws FaultError if Git or the cluster cannot be read
 */
export async function planNow(options: PlanningOptions): Promise<PlanReport> {
  try {
    await using session = await PlanSession.open(options)
    return await planIn(session, options.say)
  } catch (error) {
    throw asFaultError(error)
  }
}

async function planIn(session: PlanSession, say: PlanningOptions['say']): Promise<PlanReport> {
  const [planning, address] = await Promise.all([session.read(), session.address()])
  const { view, fleet, heads, declared } = planning
  say?.(`Planning ${fleet.installations.size} installations …`)
  await view.watchOwned()
  const planner = planning.planner()
  const check = advanceCheck({ view, planner })
  const dryRuns = new DryRuns()
  const stays = new Map<string, readonly Fault[]>()
  const commit = fleet.commit.oid
  const checked = await Promise.all(
    namesOf(planning).map(async ([name, id]) => {
      const member = declared.members.get(name)
      const planned = await planner.plan({ name, id, scope: 'all', head: commit }, declared)
      const isMoved = member !== undefined && !isSyncedAt(member.attempted.source, planning.records.get(name))
      const refused = isMoved
        ? await check(
            member,
            planned.filter((plan) => !planner.isDrift(plan)),
            declared,
          )
        : []
      if (refused.length > 0) stays.set(name, refused)
      const asked = await checkAll(name, planned, planner, { declared, view, dryRuns, mayReplace: true })
      return [name, asked.map((plan) => refusedPlan(plan, refused))] as const
    }),
  )
  const { lastDeclarations, namespace } = planning
  const held = await holdPlanned({
    declared,
    head: commit,
    namespace,
    lastDeclarations,
    plans: new Map(checked),
  })
  const rollout = await forecastPlan(planning, session.shared)
  const plans = [...held].map(([installation, objects]): Plan => {
    const refused = stays.get(installation)
    const revision = declared.members.get(installation)?.target?.revision ?? revisionAt(commit)
    return { installation, revision, objects, ...(refused && { held: refused }) }
  })
  const notices = noticesOf(heads)
  return {
    plans,
    ...(notices.length > 0 && { notices }),
    faults: sharedFaults([...heads, ...plans.map(documentFaults)]),
    target: address,
    ...(rollout && { rollout }),
    dryRun: dryRuns.result,
    warnings: [...planning.warnings, ...(await unreadableKinds(view))],
  }
}

/** Blocks an object that keeps its installation at its last good revision. */
function refusedPlan(plan: ObjectPlan, refused: readonly Fault[]): ObjectPlan {
  const found = refused.find(({ object }) => object === idOf(plan.key))
  if (found === undefined || plan.action === 'blocked') return plan
  const { key, origin } = plan
  return { action: 'blocked', key, fault: found, ...(origin && { origin }) }
}

/** A document that the API server refuses is faulty in Git, like those that Reeve itself finds. */
function documentFaults({ installation, objects }: Plan): Faulty {
  const faults = objects.flatMap((plan) =>
    plan.action === 'blocked' && DOCUMENT_FAULTS.has(plan.fault.code) ? [plan.fault] : [],
  )
  return { name: installation, faults }
}
