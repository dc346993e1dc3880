import { start as startCluster } from './parts/cluster.ts'
import { start as startController } from './parts/controller.ts'
import { start as startFleet } from './parts/fleet.ts'
import { start as startFollow } from './parts/follow.ts'
import { start as startGit } from './parts/git.ts'
import { start as startHttp } from './parts/http.ts'
import { start as startLease } from './parts/lease.ts'
import { start as startLive } from './parts/live.ts'
import { start as startPlanner } from './parts/planner.ts'
import { start as startPropose } from './parts/propose.ts'
import { start as startReport } from './parts/report.ts'
import { start as startReview } from './parts/review.ts'
import { start as startSeal } from './parts/seal.ts'
import type { PartName, Parts } from './parts.ts'
import type { RoleName } from './role-names.ts'
import type { StartContext } from './start-context.ts'

/** A part of a process: the parts that it needs, and how it starts. */
export interface PartDefinition<Name extends PartName> {
  readonly about: string
  /** Parts that run before it starts, and end after it. */
  readonly needs: readonly PartName[]
  /** When it fails, it is restarted with the parts that need it; otherwise the process ends. */
  readonly restarts?: true
  readonly start: (needed: Parts, context: StartContext) => Promise<Parts[Name]>
}

/** Every part, each after the parts that it needs. */
export const PARTS: { readonly [Name in PartName]: PartDefinition<Name> } = {
  http: part({
    about: 'serves probes, metrics and webhooks',
    needs: [],
    start: startHttp,
  }),
  git: part({
    about: 'the local copy of the Repository, and templates from other sources',
    needs: [],
    start: startGit,
  }),
  cluster: part({
    about: 'the connection to the API server',
    needs: [],
    start: startCluster,
  }),
  lease: part({
    about: 'lets one Reeve of a name at a time act in the cluster',
    needs: ['git', 'cluster'],
    restarts: true,
    start: startLease,
  }),
  live: part({
    about: 'kinds and objects of the cluster, with one watch per kind',
    needs: ['cluster', 'lease'],
    start: startLive,
  }),
  seal: part({
    about: 'the key that seals the marks of objects',
    needs: ['live', 'lease'],
    start: startSeal,
  }),
  report: part({
    about: 'statuses of installations, and the status branch',
    needs: ['git', 'lease'],
    start: startReport,
  }),
  fleet: part({
    about: 'turns a commit into the installations that it declares',
    needs: ['git', 'live', 'report', 'lease'],
    start: startFleet,
  }),
  planner: part({
    about: 'plans installations',
    needs: ['git', 'live', 'seal', 'report', 'fleet', 'lease'],
    start: startPlanner,
  }),
  controller: part({
    about: 'brings each installation to its declared state, and keeps it there',
    needs: ['git', 'live', 'seal', 'report', 'fleet', 'planner', 'lease'],
    start: startController,
  }),
  propose: part({
    about: 'proposes versions of charts that are named by a range',
    needs: ['git', 'fleet', 'lease'],
    start: startPropose,
  }),
  follow: part({
    about: 'asks the remote for new commits',
    needs: ['git', 'live', 'report', 'fleet', 'controller', 'propose', 'lease'],
    start: startFollow,
  }),
  review: part({
    about: 'keeps the reviews of open pull requests current',
    needs: ['git', 'live', 'seal', 'report', 'fleet', 'planner', 'lease'],
    start: startReview,
  }),
}

/** Parts that each role wants; the parts that these need are added. */
export const ROLES: Readonly<Record<RoleName, readonly PartName[]>> = {
  sync: ['http', 'follow'],
  review: ['http', 'review'],
}

/** The parts that roles need, each after its own needs. */
export function partsOf(roots: Iterable<PartName>): readonly PartName[] {
  const found = new Set<PartName>()
  const add = (name: PartName) => {
    if (found.has(name)) return
    for (const needed of PARTS[name].needs) add(needed)
    found.add(name)
  }
  for (const name of roots) add(name)
  return [...found]
}

/** Checks that a part starts with no more than the parts that it declares to need. */
function part<Name extends PartName, const Needs extends readonly PartName[]>(definition: {
  readonly about: string
  readonly needs: Needs
  readonly restarts?: true
  readonly start: (needed: Pick<Parts, Needs[number]>, context: StartContext) => Promise<Parts[Name]>
}): PartDefinition<Name> {
  return definition
}
