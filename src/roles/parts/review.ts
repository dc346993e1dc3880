import type { Forge } from '../../adapters/forge/forge.ts'
import { openForge } from '../../adapters/forge/open-forge.ts'
import { branchProposals, forgeProposals, type Proposals } from '../../control/review/proposals.ts'
import { ReviewPlanner } from '../../control/review/review-planner.ts'
import type { Settings } from '../../model/settings.ts'
import { trustOf } from '../../support/exchange/trust.ts'
import type { Part } from '../part.ts'
import type { Parts } from '../parts.ts'
import { Reviews } from '../reviews.ts'
import type { StartContext } from '../start-context.ts'

type Needed = Pick<
  Parts,
  'git' | 'live' | 'seal' | 'report' | 'fleet' | 'planner' | 'controller' | 'follow' | 'lease'
>

/** Does nothing where no forge is configured and no branches are named. */
export async function start(needed: Needed, { settings, requests }: StartContext): Promise<Part> {
  const { git, live, seal, report, fleet, planner, controller, lease } = needed
  const { review = { forks: false } } = settings
  if (settings.forge === undefined && review.branches === undefined) return {}
  await using starting = new AsyncDisposableStack()
  const forge = await forgeFor(settings)
  if (forge) starting.use(forge)
  const { log } = lease
  const reviewPlanner = starting.use(
    new ReviewPlanner({
      settings,
      source: git,
      view: live,
      sealKey: seal,
      followed: fleet,
      records: () => report.statuses.all(),
      record: (name) => report.statuses.get(name),
      known: (name) => controller.declared.members.get(name),
      settled: (id) => planner.planner.settledOf(id),
      log,
    }),
  )
  const proposals: Proposals = forge
    ? forgeProposals(forge, git.repository, { branch: settings.branch, forks: review.forks })
    : branchProposals(git.repository, { branch: settings.branch, prefix: review.branches ?? '' })
  const options = {
    settings,
    git,
    live,
    seal,
    report,
    fleet,
    planner: reviewPlanner,
    proposals,
    forge,
    requests,
    log,
  }
  const reviews = starting.use(new Reviews(options))
  await reviews.start()
  const resources = starting.move()
  return { [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

async function forgeFor(settings: Settings): Promise<Forge | undefined> {
  const { forge, repo, gitCaFile } = settings
  if (forge === undefined) return undefined
  const { kind, url, ...credentials } = forge
  return openForge({ kind, url, repository: repo, credentials, trust: trustOf(gitCaFile) })
}
