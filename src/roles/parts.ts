import type { Cluster } from '../adapters/cluster/cluster.ts'
import type { Controller } from '../control/controller/controller.ts'
import type { AskedSources } from '../control/fleet/asked-sources.ts'
import type { FleetDeclarer } from '../control/fleet/fleet-declarer.ts'
import type { Member } from '../control/fleet/member.ts'
import type { Renderers } from '../control/fleet/renderers.ts'
import type { RepositoryParts } from '../control/fleet/repository-parts.ts'
import type { Planner, PlannerOptions } from '../control/planner/planner.ts'
import type { PlanningParts } from '../control/planner/planning-parts.ts'
import type { SealKey } from '../control/seal/seal-key.ts'
import type { ClusterView } from '../stages/live/cluster-view.ts'
import type { Follower } from './follower.ts'
import type { HeldLease } from './held-lease.ts'
import type { Part } from './part.ts'
import type { Report } from './report.ts'

/** Makes installations from commits. */
export interface FleetPart extends Part {
  readonly declarer: FleetDeclarer
  readonly renderers: Renderers
  /** What the followed branch asked other servers for. */
  readonly sources: AskedSources
  /** An installation as the controller of this process has it; none without one. */
  known: (name: string) => Member | undefined
}

/** Plans installations. */
export interface PlannerPart extends Part {
  readonly parts: PlanningParts
  readonly planner: Planner
  /** Why an installation that is no longer declared may not be deleted, by the controller of this process; none without. */
  removalRefusal: NonNullable<PlannerOptions['removalRefusal']>
  /** Whether a commit allowed the deletion of one when its grace began. */
  isDeletionAllowed: NonNullable<PlannerOptions['isDeletionAllowed']>
}

/** The parts of a process, by name. */
export interface Parts {
  readonly http: Part
  readonly git: RepositoryParts
  readonly cluster: Cluster
  readonly lease: HeldLease
  readonly live: ClusterView
  readonly seal: SealKey
  readonly report: Report
  readonly fleet: FleetPart
  readonly planner: PlannerPart
  readonly controller: Controller
  readonly propose: Part
  readonly follow: Follower
  readonly review: Part
}

export type PartName = keyof Parts
