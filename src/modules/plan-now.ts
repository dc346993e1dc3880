import { installationId } from '../declare/installation-id.ts'
import type { Plan, PlanReport } from '../model/plan.ts'
import type { Settings } from '../model/settings.ts'
import { asFaultError } from './any-fault.ts'
import { leftBehind } from './owned.ts'
import { checkAll, type Planning, withPlanning } from './planning.ts'

/**
 * What a sync would change now, without changing anything. Each write is shown to the API server as a
 * dry run, so that what it would refuse is said here already.
 * @param source a branch, tag or commit, or a local directory; by default the head of the branch
 * @param say told what is being done
 * @throws FaultError where Git or the cluster can't be read
 */
export async function planNow(
  settings: Settings,
  source?: string,
  say: (text: string) => void = () => {},
): Promise<PlanReport> {
  try {
    return await withPlanning({ settings, source, say }, (planning) => planEverything(planning, say))
  } catch (error) {
    throw asFaultError(error)
  }
}

async function planEverything(planning: Planning, say: (text: string) => void): Promise<PlanReport> {
  const { view, fleet, heads, declared } = planning
  say(`Planning ${fleet.installations.size} installations …`)
  await view.watchOwned()
  const planner = planning.planner()
  const commit = fleet.commit.oid
  const plans = await Promise.all(
    namesOf(planning).map(async ([name, id]): Promise<Plan> => {
      const objects = await planner.plan({ name, id, scope: 'all', head: commit }, declared)
      return { installation: name, commit, objects: await checkAll(name, objects, planner, planning) }
    }),
  )
  return { plans, faults: heads.flatMap(({ faults }) => faults) }
}

/** Names and ids of all installations, declared or left behind, sorted by name. */
function namesOf({ declared, view, records }: Planning): readonly (readonly [name: string, id: string])[] {
  const names = [...declared.members.keys()].map((name) => [name, installationId(name)] as const)
  const all = [...names, ...leftBehind(view.cache, declared, [...records.keys()])]
  return all.sort(([a], [b]) => (a < b ? -1 : 1))
}
