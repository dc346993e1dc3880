import type { Forecast } from '../../model/forecast.ts'
import type { Planning, PlanSession } from '../planner/plan-session.ts'
import { BranchHistory } from '../rollout/branch-history.ts'
import { forecastChange } from '../rollout/forecast-change.ts'
import { InheritedDigests } from '../rollout/inherited-digests.ts'

/** When rollouts bring members to the head of the branch, as records say where they are; undefined for none. */
export async function forecastPlan(
  { fleet, records }: Pick<Planning, 'fleet' | 'records'>,
  { followed, source }: PlanSession['shared'],
): Promise<Forecast | undefined> {
  const { tree, snapshot } = fleet
  if (![...tree.groups.values()].some(({ chain }) => chain.some(({ document }) => document.rollout))) return
  const history = new BranchHistory({
    commits: (from, to, limit) => source.newestCommits(from, to, limit),
    reach: async () => {}, // what is here has to do
  })
  const { approved, forced } = await history.at(fleet.commit.oid)
  const isOfHead = ([, commit]: [string, string]) => commit === fleet.commit.oid
  return forecastChange({
    head: { tree, snapshot },
    digests: new InheritedDigests(followed.renderers),
    isMoving: ({ name, group }, digest) => {
      const inherits = records.get(name)?.inherits
      return inherits !== undefined && (inherits.group !== group || inherits.digest !== digest)
    },
    approved: new Set([...approved, ...forced].filter(isOfHead).map(([group]) => group)),
    now: Date.now(),
  })
}
