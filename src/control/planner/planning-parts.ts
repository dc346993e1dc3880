import type { Fault } from '../../model/fault.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Settings } from '../../model/settings.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { pastReleaseIn } from '../../stages/report/last-synced-revision.ts'
import { NO_COMMIT } from '../../stages/snapshot/snapshot-directory.ts'
import { type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { History } from '../fleet/history.ts'
import { LastDeclarations } from '../fleet/last-declarations.ts'
import { placementOf } from '../fleet/placement-of.ts'
import type { Renderers } from '../fleet/renderers.ts'
import type { RepositoryParts } from '../fleet/repository-parts.ts'
import { Inhabitants } from '../gates/inhabitants.ts'
import { Proofs } from '../gates/proofs.ts'
import type { SealKey } from '../seal/seal-key.ts'
import { guardOf } from './guard-of.ts'
import { Planner, type PlannerOptions } from './planner.ts'
import { Writers } from './writers.ts'

export interface PlanningPartsOptions {
  readonly settings: Settings
  readonly source: Pick<RepositoryParts, 'keyring' | 'pastSnapshot' | 'commitIdsBetween' | 'commits'>
  readonly view: ClusterView
  readonly renderers: () => Renderers
  /** Fleet that was declared last. */
  readonly fleet: () => Fleet | undefined
  /** Directory that was declared last, if it was not a commit. */
  readonly directory?: () => Snapshot | undefined
  /** Records of all installations. */
  readonly records: () => Iterable<InstallationStatus>
  readonly record: (name: string) => InstallationStatus | undefined
  readonly sealKey: Pick<SealKey, 'sealer' | 'onLoaded'>
  /** Called for each object that is marked as Reeve's own but not proven to be, once for each mark. */
  readonly onUnproven?: (live: LiveObject, problem: Fault) => void
  /** How the server changed values, as another planner of the same cluster learned it. */
  readonly settled?: PlannerOptions['settled']
  readonly removalRefusal?: PlannerOptions['removalRefusal']
  readonly isDeletionAllowed?: PlannerOptions['isDeletionAllowed']
  readonly log: Log
}

/** Plans the installations of one Repository against one cluster, in a controller and in commands. */
export class PlanningParts {
  readonly history: History
  readonly lastDeclarations: LastDeclarations
  readonly proofs: Proofs
  readonly #options: PlanningPartsOptions

  constructor(options: PlanningPartsOptions) {
    const { settings, source, view, fleet, records, log } = options
    const { name: repository, namespace } = settings
    const kinds = () => view.kinds
    this.#options = options
    this.history = new History({
      snapshotAt: (commit) => this.#snapshotAt(commit),
      renderers: options.renderers,
      decrypt: source.keyring.decrypt,
      onUnforeseen: logUnforeseen(log),
      placement: placementOf(settings),
      pastRelease: (name) => pastReleaseIn(options.record(name)),
      known: () => fleet()?.tree,
    })
    this.lastDeclarations = new LastDeclarations({
      history: this.history,
      commits: (from, to) => source.commitIdsBetween(from, to),
      kinds,
      namespace,
    })
    const { sealKey } = options
    sealKey.onLoaded(() => this.proofs.forget())
    this.proofs = new Proofs({
      repository,
      sealer: () => sealKey.sealer,
      installations: () => [
        ...[...(fleet()?.installations.values() ?? [])].map(({ id }) => id),
        ...[...records()].map(({ name }) => installationId(name)),
      ],
      lookUp: (revision, id) => this.history.lookUp(revision, id),
      kinds,
      namespace,
      ...(options.onUnproven && { onUnproven: options.onUnproven }),
    })
  }

  /** @param takeover selects objects to take over from their owners */
  planner(takeover?: PlannerOptions['takeover']): Planner {
    const { settings, source, view, record, sealKey, settled } = this.#options
    const { name: repository, namespace, rules } = settings
    const { history, lastDeclarations, proofs } = this
    const writers = new Writers({ view, history, repository, placement: placementOf(settings) })
    return new Planner({
      view,
      history,
      lastDeclarations,
      proofs,
      inhabitants: new Inhabitants(view, repository),
      repository,
      sealer: () => sealKey.sealer,
      namespace,
      rules,
      commits: (from, to) => source.commits(from, to),
      record,
      takeover,
      settled,
      removalRefusal: this.#options.removalRefusal,
      isDeletionAllowed: this.#options.isDeletionAllowed,
      writers,
      guard: guardOf(settings, view),
    })
  }

  /** Drops conclusions from earlier commits, which may be read differently now. */
  forget(): void {
    this.history.forget()
    this.proofs.forget()
  }

  async #snapshotAt(commit: string): Promise<Snapshot | undefined> {
    return commit === NO_COMMIT.oid ? this.#options.directory?.() : this.#options.source.pastSnapshot(commit)
  }
}
