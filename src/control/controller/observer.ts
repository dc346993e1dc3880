import type { PendingDeletion } from '../../model/deletion.ts'
import type { Installation } from '../../model/installation.ts'
import { gvkOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { Rules } from '../../model/rules.ts'
import type { Change, InstallationState, InstallationStatus, Problem } from '../../model/status.ts'
import { HealthTracker } from '../../stages/health/health-tracker.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { redactChanges } from '../../stages/report/redact-secrets.ts'
import type { GroupStatuses } from '../../stages/report/rollouts/group-statuses.ts'
import type { Statuses } from '../../stages/report/statuses.ts'
import type { Log } from '../../support/telemetry/log.ts'
import type { Metrics } from '../../support/telemetry/metrics.ts'
import { rulesOf } from '../fleet/member.ts'
import { afterDeletion } from '../gates/job-runs.ts'
import type { Proofs } from '../gates/proofs.ts'
import type { Readiness } from '../gates/readiness.ts'
import type { Hooks } from '../jobs/hooks.ts'
import type { Operations } from '../jobs/operations.ts'
import type { SyncState } from '../sync/sync-state.ts'
import type { DeclaredFleet } from './declared-fleet.ts'
import { leftOf } from './left-of.ts'
import { type Observation, observeInstallation } from './observe-installation.ts'
import { OwnStatuses } from './own-statuses.ts'
import { Quotable } from './quotable.ts'

export interface ObserverOptions {
  readonly view: ClusterView
  readonly statuses: Statuses
  readonly groups: GroupStatuses
  readonly fleet: DeclaredFleet
  readonly proofs: Proofs
  /** Whether there are keys to decrypt with. */
  readonly hasKeys: boolean
  /** Rules for objects of all installations; an installation's own rules take precedence. */
  readonly rules: Rules
  /** What is known of an installation that Git no longer declares. */
  readonly deletionOf: (name: string) => PendingDeletion | undefined
  readonly hooks: Pick<Hooks, 'changeOf' | 'afterMove' | 'afterFailure'>
  readonly operations: Pick<Operations, 'recordsOf' | 'look'>
  /** Called when an installation's status may have changed although none of its objects did. */
  readonly onNews: (name: string) => void
  readonly log: Log
  readonly metrics: Metrics
}

const FAILED: ReadonlySet<InstallationState> = new Set(['failed', 'invalid', 'degraded'])

/** Reports the status of installations, and judges the health of their objects. */
export class Observer implements AsyncDisposable {
  readonly #options: ObserverOptions
  readonly #healths: HealthTracker
  readonly #ownStatuses: OwnStatuses
  readonly #quotable: Quotable

  constructor(options: ObserverOptions) {
    const { view, fleet, statuses, groups, hasKeys, rules, onNews, log, metrics } = options
    this.#options = options
    this.#quotable = new Quotable({
      cache: () => view.cache,
      declared: () => fleet.declared,
      record: (name) => statuses.get(name),
    })
    this.#healths = new HealthTracker({
      client: view.client,
      hasKeys,
      rules: rules.health,
      rulesOf: (name) => rulesOf(fleet.declared.members.get(name)).health,
      recorded: (name) => this.#recordedProblems(name),
      onNews,
      hasStatus: (object) => view.kinds.resource(gvkOf(object))?.hasStatus === true,
      mayQuote: (name, pod) => this.#quotable.mayQuote(name, pod),
      log,
    })
    this.#ownStatuses = new OwnStatuses({
      view,
      statuses,
      groups,
      log,
      metrics,
      declared: () => fleet.declared,
    })
  }

  /** Reports the current status of an installation; undefined if it is gone without a trace. */
  observe(name: string, state: SyncState | undefined): InstallationStatus | undefined {
    const { view, statuses, fleet, proofs, hooks, operations } = this.#options
    const writes = this.#takeWrites(name, state)
    this.#quotable.noteSeen(name)
    const member = fleet.declared.members.get(name)
    const source = member?.attempted.source
    if (state?.isDone && source !== undefined && state.source === source) this.#quotable.noteDone(name)
    const observation: Observation = {
      cache: view.cache,
      proofs,
      declared: fleet.declared,
      state,
      writes,
      record: statuses.get(name),
      head: fleet.commit ?? '',
      id: fleet.idOf(name),
      applied: fleet.appliedOf(name),
      own: fleet.revisionOf(name)?.own,
      inherits: fleet.inheritsOf(name),
      waits: fleet.waitOf(name),
      deletion: this.#options.deletionOf(name),
      hooks: member && !runsJobs(member.attempted) ? undefined : hooks.changeOf(name),
      operations: member && !runsJobs(member.attempted) ? [] : operations.recordsOf(name),
      healths: this.#healths,
    }
    const status = this.#statusOf(name, observation)
    if (status === undefined) statuses.remove(name, writes, leftOf(fleet.idOf(name), view.cache, proofs))
    else statuses.update(status, writes)
    if (status !== undefined) this.#ownStatuses.noteObserved(name)
    return status
  }

  /** Its status, once what runs because of it has begun. */
  #statusOf(name: string, observation: Observation): InstallationStatus | undefined {
    const { hooks, operations } = this.#options
    const status = observeInstallation(name, observation)
    const installation = observation.declared.members.get(name)?.attempted
    if (status === undefined || installation === undefined || !runsJobs(installation)) return status
    const unfinished = status.state === 'healthy' ? hooks.afterMove(installation) : []
    if (FAILED.has(status.state) || unfinished.some(({ health }) => health.status === 'degraded'))
      hooks.afterFailure(installation)
    if (status.state !== 'suspended')
      operations.look(installation, status.state === 'healthy' && unfinished.length === 0)
    return observeInstallation(name, {
      ...observation,
      hooks: hooks.changeOf(name),
      operations: operations.recordsOf(name),
      unfinished,
    })
  }

  /** Reports writes without looking at the installation: what it is now is not known. */
  tellWrites(name: string, state: SyncState): void {
    const { statuses } = this.#options
    const writes = this.#takeWrites(name, state)
    if (writes.length === 0) return
    const status = statuses.get(name)
    if (status === undefined) statuses.remove(name, writes)
    else statuses.update(status, writes)
  }

  #takeWrites(name: string, state: SyncState | undefined): readonly Change[] {
    const secrets = this.#options.fleet.declared.members.get(name)?.secrets
    return redactChanges(state?.takeWrites() ?? [], secrets)
  }

  /** Data that decides whether objects are ready. */
  get readiness(): Readiness {
    const { view, statuses, fleet } = this.#options
    return {
      declared: fleet.declared,
      live: (id) => view.cache.get(id),
      healths: this.#healths,
      record: (name) => statuses.get(name),
    }
  }

  /** Notes a deleted object: a Job that is deleted before it has run must run again, and one that failed says so. */
  noteGone(name: string, id: ObjectId, before: LiveObject): void {
    const { statuses } = this.#options
    const record = statuses.get(name)
    const after = record && afterDeletion(record, id, before)
    if (after) statuses.update(after)
  }

  /** Resolves when the statuses of objects and Events are written, or an attempt failed. */
  reported(): Promise<void> {
    return this.#ownStatuses.flush()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#healths[Symbol.dispose]()
    await this.#ownStatuses[Symbol.asyncDispose]()
  }

  /** Recorded problems, if the record has the installation's current source. */
  #recordedProblems(name: string): readonly Problem[] {
    const { statuses, fleet } = this.#options
    const record = statuses.get(name)
    const head = fleet.declared.members.get(name)?.attempted
    return record && record.source === head?.source ? record.problems : []
  }
}

function runsJobs({ hooks, operations }: Installation): boolean {
  return hooks !== undefined || operations !== undefined
}
