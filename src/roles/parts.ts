import type { Cluster } from '../adapters/cluster/cluster.ts'
import type { Controller } from '../control/controller/controller.ts'
import type { RepositoryParts } from '../control/fleet/repository-parts.ts'
import type { SealKey } from '../control/seal/seal-key.ts'
import type { ClusterView } from '../stages/live/cluster-view.ts'
import type { FleetPart } from './fleet-part.ts'
import type { Follower } from './follower.ts'
import type { HeldLease } from './held-lease.ts'
import type { PlannerPart } from './planner-part.ts'
import type { Probes } from './probes.ts'
import type { Report } from './report.ts'

/** The parts of a process, by name. */
export interface Parts {
  readonly http: Probes
  readonly git: RepositoryParts
  readonly cluster: Cluster
  readonly lease: HeldLease
  readonly live: ClusterView
  readonly seal: SealKey
  readonly report: Report
  readonly fleet: FleetPart
  readonly planner: PlannerPart
  readonly controller: Controller
  readonly follow: Follower
}

export type PartName = keyof Parts
