import { crdsIn, kindsDeclaredBy } from '../control/fleet/desired-state.ts'
import type { FleetDeclarer } from '../control/fleet/fleet-declarer.ts'
import type { RepositoryParts } from '../control/fleet/repository-parts.ts'
import type { Settings } from '../model/settings.ts'
import type { ClusterView } from '../stages/live/cluster-view.ts'
import type { HeadGuard } from './head-guard.ts'
import type { Report } from './report.ts'

export interface ReviewTargetOptions {
  readonly settings: Settings
  readonly git: RepositoryParts
  readonly live: ClusterView
  readonly report: Report
  readonly declarer: FleetDeclarer
  readonly guard: HeadGuard
}

/** Follows the target of reviews in a process that does not sync: declares its head, and watches what is declared. */
export class ReviewTarget {
  readonly #options: ReviewTargetOptions

  constructor(options: ReviewTargetOptions) {
    this.#options = options
    const { declarer, live } = options
    declarer.onFleet(async (fleet) => {
      live.declareCrds(crdsIn(fleet))
      await live.watchKinds(kindsDeclaredBy(fleet))
      await live.watchOwned()
    })
  }

  /** Moves the fleet to the head of the branch, where it is not there; reads the records of who syncs. */
  async follow(signal: AbortSignal): Promise<void> {
    const { settings, git, report, declarer, guard } = this.#options
    const { branch } = settings
    const current = declarer.fleet?.commit.oid
    const head = await git.repository.headOf(branch, { signal })
    await report.load()
    if (head === undefined || head === current || (await guard.isRefused(head, current))) return
    const commit = await git.repository.fetch(branch, { head, signal })
    const chosen = await guard.choose(commit, current)
    if (chosen !== undefined && chosen !== current) await declarer.moveTo(chosen)
  }
}
