import { isDeepStrictEqual } from 'node:util'
import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { ApiError, ConnectionError, isAbort } from '../../adapters/cluster/api-error.ts'
import type { JsonObject } from '../../model/json.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { mapTexts } from '../../model/map-texts.ts'
import {
  describeKey,
  gvkOf,
  idOf,
  type KubernetesObject,
  keyOf,
  type LiveObject,
  type ObjectId,
} from '../../model/object.ts'
import { printable } from '../../model/printable.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import type { Resource } from '../../model/schema.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { NEW_EVENTS } from '../../model/well-known-resources.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { type Changes, NO_CHANGES, withWrites } from '../../stages/report/changes.ts'
import { groupStatus } from '../../stages/report/own-status/group-status.ts'
import {
  type InstallationEvent,
  installationEvent,
  refusalEvent,
} from '../../stages/report/own-status/installation-event.ts'
import { installationStatus } from '../../stages/report/own-status/installation-status.ts'
import { groupNote } from '../../stages/report/rollouts/group-note.ts'
import type { GroupStatuses, GroupTransition } from '../../stages/report/rollouts/group-statuses.ts'
import type { Statuses, Transition } from '../../stages/report/statuses.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { Metrics } from '../../support/telemetry/metrics.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { effectiveInstallation } from '../fleet/member.ts'
import { ownedBy } from '../planner/owned.ts'

export interface OwnStatusesOptions {
  readonly view: ClusterView
  readonly statuses: Statuses
  readonly groups: GroupStatuses
  readonly declared: () => DesiredState
  readonly log: Log
  readonly metrics: Metrics
}

interface Untold {
  /** The status before. */
  readonly before: InstallationStatus | undefined
  readonly writes: Changes
}

/** Delay before a write, in milliseconds; transitions within it become one Event. */
const QUIET_MS = 200
const GROUPS_MS = 1_000
const PACE = { firstMs: 10_000, longestMs: 300_000 }
/** Maximum length of a note, in characters (events.k8s.io/v1 allows 1 KiB). */
const LONGEST_NOTE = 1_000
/** Name of the work on all groups; no installation has it. */
const GROUPS = '//groups'

/**
 * Keeps the statuses of Installation and InstallationGroup objects current, and records each transition as an
 * Event. Does so only if the cluster serves these kinds and has the objects; a refused write affects nothing
 * else.
 */
export class OwnStatuses implements AsyncDisposable {
  readonly #options: OwnStatusesOptions
  readonly #timers = new Timers()
  /** Transitions that have no Event yet, by installation. */
  readonly #untold = new Map<string, Untold>()
  /** What happened in the rollouts of groups, and has no Event yet. */
  readonly #untoldGroups = new Map<string, { readonly note: string; readonly isHalted: boolean }>()
  readonly #unsubscribe: () => void
  readonly #writing = new Map<string, Promise<void>>()
  /** Consecutive failures by name. */
  readonly #failures = new Map<string, number>()
  /** Codes of refusals already logged. */
  readonly #refused = new Set<string>()

  constructor(options: OwnStatusesOptions) {
    this.#options = options
    this.#unsubscribe = options.statuses.onTransition((transition) => this.#onTransition(transition))
    options.groups.onTransition((transition) => this.#onGroup(transition))
  }

  /** Notes that an installation was observed: its object may have changed, or may exist only now. */
  noteObserved(name: string): void {
    this.#timers.setOnce(name, QUIET_MS, () => this.#inTurn(name, () => this.#tell(name)))
    this.#timers.setOnce(GROUPS, GROUPS_MS, () => this.#inTurn(GROUPS, () => this.#tellGroups()))
  }

  /** Writes everything pending now; resolves after one attempt. */
  async flush(): Promise<void> {
    this.#timers.runAll()
    while (this.#writing.size > 0) await Promise.all(this.#writing.values())
  }

  /** Stops writing; resolves when writes under way are done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe()
    this.#timers[Symbol.dispose]()
    await Promise.all(this.#writing.values())
  }

  #onTransition({ name, before, after, writes }: Transition): void {
    const known = this.#untold.get(name) ?? { before, writes: NO_CHANGES }
    if (after === undefined) this.#forget(name)
    else this.#untold.set(name, { ...known, writes: withWrites(known.writes, writes) })
  }

  #onGroup(transition: GroupTransition): void {
    const note = groupNote(transition)
    const { name, after } = transition
    if (note !== undefined && after)
      this.#untoldGroups.set(name, { note, isHalted: after.state === 'halted' })
    this.#timers.setOnce(GROUPS, GROUPS_MS, () => this.#inTurn(GROUPS, () => this.#tellGroups()))
  }

  #forget(name: string): void {
    this.#timers.cancel(name)
    this.#untold.delete(name)
    this.#failures.delete(name)
  }

  /** Serializes the writes of each name; failed ones are retried later. */
  #inTurn(name: string, task: () => Promise<void>): void {
    const last = this.#writing.get(name) ?? Promise.resolve()
    const next = last.then(task).then(
      () => void this.#failures.delete(name),
      (error: unknown) => this.#onError(name, task, error),
    )
    this.#writing.set(name, next)
    void next.then(() => {
      if (this.#writing.get(name) === next) this.#writing.delete(name)
    })
  }

  async #tell(name: string): Promise<void> {
    const status = this.#options.statuses.get(name)
    const document = this.#documentOf(name)
    if (document === undefined) this.#untold.delete(name)
    const live = document && this.#options.view.cache.get(document)
    if (status === undefined || live === undefined) return
    await this.#put(live, installationStatus(status, live, rfc3339(Date.now())))
    const untold = this.#untold.get(name)
    if (untold === undefined) return
    this.#untold.delete(name)
    const { own, others } = this.#parted(name, untold.writes)
    const event = installationEvent(untold.before, status, { changes: others })
    if (event !== undefined) await this.#record(live, event)
    for (const object of own) {
      const refused = refusalEvent(untold.writes.changes, object)
      if (refused !== undefined) await this.#record(object, refused)
    }
  }

  /** Id of an installation's own Installation object, also while Git no longer declares it. */
  #documentOf(name: string): ObjectId | undefined {
    const { declared, view } = this.#options
    const member = declared().members.get(name)
    if (member) return member.document && idOf(member.document.key)
    const keys = ownedBy(installationId(name), view.cache).map(keyOf)
    const own = keys.find(({ group, kind }) => group === OWN_GROUP && kind === 'Installation')
    return own && idOf(own)
  }

  /** Live objects of Reeve's own kinds in an installation, and the writes to others. */
  #parted(name: string, { changes }: Changes) {
    const { declared, view } = this.#options
    const objects = [...(declared().members.get(name)?.objects ?? [])]
    const own = objects.flatMap(([id, { key }]) =>
      key.group === OWN_GROUP ? (view.cache.get(id) ?? []) : [],
    )
    const names = new Set(own.map((live) => describeKey(keyOf(live))))
    return { own, others: changes.filter(({ object, reason }) => reason !== 'drift' || !names.has(object)) }
  }

  async #tellGroups(): Promise<void> {
    const { declared, view, statuses, groups: rollouts } = this.#options
    const members = [...declared().members.values()]
    const groups = members.flatMap(({ name, objects }) =>
      [...objects].flatMap(([id, { key }]) => (isGroup(key) ? [{ id, key, name }] : [])),
    )
    const statusesOf = (group: string) =>
      members
        .filter((member) => effectiveInstallation(member).groups?.includes(group))
        .flatMap(({ name }) => statuses.get(name) ?? [])
    for (const { id, key, name } of groups) {
      const live = view.cache.get(id)
      const { changes } = statuses.get(name) ?? NO_CHANGES
      if (live === undefined) continue
      const rollout = rollouts.get(key.name)
      await this.#put(live, groupStatus(statusesOf(key.name), changes, live, rfc3339(Date.now()), rollout))
      await this.#tellRollout(key.name, live)
    }
  }

  async #tellRollout(group: string, live: LiveObject): Promise<void> {
    const untold = this.#untoldGroups.get(group)
    if (untold === undefined) return
    this.#untoldGroups.delete(group)
    const { note, isHalted } = untold
    await this.#record(live, { type: isHalted ? 'Warning' : 'Normal', reason: 'Rollout', note })
  }

  async #put(live: LiveObject, told: JsonObject): Promise<void> {
    const status = mapTexts(told, printable)
    if (isDeepStrictEqual(live.status, status)) return
    const resource = this.#resourceOf(live)
    if (resource === undefined) return
    const { client, cache } = this.#options.view
    cache.put(await client.putStatus(resource, live, status))
  }

  async #record(live: LiveObject, event: InstallationEvent): Promise<void> {
    const { client } = this.#options.view
    await client.create(NEW_EVENTS, eventObject(live, event), { deadline: 0 })
  }

  #resourceOf(live: LiveObject): Resource | undefined {
    return this.#options.view.kinds.resource(gvkOf(live))
  }

  #onError(name: string, task: () => Promise<void>, error: unknown): void {
    const { log, metrics } = this.#options
    if (!(error instanceof ApiError || error instanceof ConnectionError)) {
      if (!isAbort(error)) log.error(faultFields(anyFault(error)), 'status of an object not updated')
      return
    }
    const code = error instanceof ApiError ? String(error.code) : 'connection'
    if (!this.#refused.has(code)) log.warn(faultFields(anyFault(error)), 'status of an object not written')
    this.#refused.add(code)
    const failures = (this.#failures.get(name) ?? 0) + 1
    this.#failures.set(name, failures)
    this.#timers.setOnce(name, retryDelay(failures, PACE), () => {
      metrics.retried('own-status')
      this.#inTurn(name, task)
    })
  }
}

function eventObject({ apiVersion, kind, metadata }: LiveObject, event: InstallationEvent): KubernetesObject {
  const { namespace = '', name, uid, resourceVersion } = metadata
  const at = new Date()
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${BigInt(at.getTime()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)}`.slice(
        0,
        253,
      ),
      namespace,
    },
    eventTime: at.toISOString().replace('Z', '000Z'),
    reportingController: `${OWN_GROUP}/reeve`,
    reportingInstance: 'reeve',
    action: 'Sync',
    type: event.type,
    reason: event.reason,
    note: printable(event.note).slice(0, LONGEST_NOTE),
    regarding: { apiVersion, kind, namespace, name, uid, resourceVersion },
  }
}

function isGroup({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return group === OWN_GROUP && kind === 'InstallationGroup'
}
