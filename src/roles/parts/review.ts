import { configuredForge } from '../../adapters/forge/configured-forge.ts'
import { ReviewPlanner } from '../../control/review/review-planner.ts'
import { hasRole } from '../has-role.ts'
import { HeadGuard } from '../head-guard.ts'
import type { Part } from '../part.ts'
import type { Parts } from '../parts.ts'
import { ReviewTarget } from '../review-target.ts'
import { Reviews } from '../reviews.ts'
import type { StartContext } from '../start-context.ts'

type Needed = Pick<Parts, 'git' | 'live' | 'seal' | 'report' | 'fleet' | 'planner' | 'lease'>

/** Does nothing where no forge is configured and no branches are named. Waits for no server: that is for later. */
export async function start(
  { git, live, seal, report, fleet, planner, lease }: Needed,
  { settings, requests, metrics }: StartContext,
): Promise<Part> {
  if (settings.forge === undefined && settings.review?.branches === undefined) return {}
  const { log } = lease
  const { declarer } = fleet
  await using starting = new AsyncDisposableStack()
  const reviewPlanner = starting.use(
    new ReviewPlanner({
      settings,
      source: git,
      view: live,
      sealKey: seal,
      followed: fleet,
      records: () => report.statuses.all(),
      record: (name) => report.statuses.get(name),
      known: (name) => fleet.known(name),
      settled: (id) => planner.planner.settledOf(id),
      log,
    }),
  )
  const target = hasRole(settings, 'sync')
    ? undefined
    : new ReviewTarget({
        settings,
        git,
        live,
        report,
        declarer,
        guard: new HeadGuard({ settings, git, report, log, metrics }),
      })
  const reviews = starting.use(
    new Reviews({
      settings,
      git,
      live,
      seal,
      report,
      declarer,
      planner: reviewPlanner,
      openForge: () => configuredForge(settings),
      target,
      requests,
      log,
    }),
  )
  reviews.start()
  const resources = starting.move()
  return { [Symbol.asyncDispose]: () => resources.disposeAsync() }
}
