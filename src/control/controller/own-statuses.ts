import { isDeepStrictEqual } from 'node:util'
import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { ApiError, ConnectionError } from '../../adapters/cluster/api-error.ts'
import type { JsonObject } from '../../model/json.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { gvkOf, type KubernetesObject, type LiveObject } from '../../model/object.ts'
import type { Resource } from '../../model/schema.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { groupStatus } from '../../stages/report/own-status/group-status.ts'
import {
  type InstallationEvent,
  installationEvent,
} from '../../stages/report/own-status/installation-event.ts'
import { installationStatus } from '../../stages/report/own-status/installation-status.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { Metrics } from '../../support/telemetry/metrics.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { effectiveInstallation } from '../fleet/member.ts'

export interface OwnStatusesOptions {
  readonly view: ClusterView
  readonly declared: () => DesiredState
  readonly record: (name: string) => InstallationStatus | undefined
  readonly log: Log
  readonly metrics: Metrics
}

/** What happens in so short a time, in milliseconds, is told as one. */
const QUIET_MS = 200
const GROUPS_MS = 1_000
const PACE = { firstMs: 10_000, longestMs: 300_000 }
const GROUPS = 'groups'

/**
 * Keeps the statuses of Installation and InstallationGroup objects equal to what the installations are,
 * and tells their story in Events. Only where the cluster serves these kinds and has the objects; what
 * it refuses changes nothing else.
 */
export class OwnStatuses {
  readonly #options: OwnStatusesOptions
  readonly #timers = new Timers()
  /** What was told of each installation last. */
  readonly #told = new Map<string, InstallationStatus>()
  readonly #writing = new Map<string, Promise<void>>()
  /** Failures in a row of each. */
  readonly #failures = new Map<string, number>()
  /** Codes of refusals that were logged. */
  readonly #refused = new Set<string>()

  constructor(options: OwnStatusesOptions) {
    this.#options = options
  }

  /** An installation may be another than before. `before` is what the record says of it. */
  update(name: string, before: InstallationStatus | undefined): void {
    if (before !== undefined && !this.#told.has(name)) this.#told.set(name, before)
    this.#timers.setOnce(name, QUIET_MS, () => this.#inTurn(name, () => this.#tell(name)))
    this.#timers.setOnce(GROUPS, GROUPS_MS, () => this.#inTurn(GROUPS, () => this.#tellGroups()))
  }

  /** An installation is gone for good. */
  forget(name: string): void {
    this.#timers.cancel(name)
    this.#told.delete(name)
    this.#failures.delete(name)
  }

  /** Writes nothing more. Resolves when what is under way is done. */
  async close(): Promise<void> {
    this.#timers.close()
    await Promise.all(this.#writing.values())
  }

  /** One write at a time about each; what fails is tried again later. */
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
    const status = this.#options.record(name)
    const live = this.#documentOf(name)
    if (status === undefined || live === undefined) return
    await this.#put(live, installationStatus(status, live, now()))
    const event = installationEvent(this.#told.get(name), status)
    this.#told.set(name, status)
    if (event !== undefined) await this.#record(live, event)
  }

  /** The Installation object of an installation. */
  #documentOf(name: string): LiveObject | undefined {
    const { declared, view } = this.#options
    const objects = declared().members.get(name)?.objects ?? new Map()
    for (const [id, { key }] of objects)
      if (key.group === OWN_GROUP && key.kind === 'Installation') return view.cache.get(id)
    return undefined
  }

  async #tellGroups(): Promise<void> {
    const { declared, view, record } = this.#options
    const members = [...declared().members.values()]
    const groups = members.flatMap(({ objects }) => [...objects].filter(([, { key }]) => isGroup(key)))
    const statusesOf = (group: string) =>
      members
        .filter((member) => effectiveInstallation(member).groups?.includes(group))
        .flatMap(({ name }) => record(name) ?? [])
    for (const [id, { key }] of groups) {
      const live = view.cache.get(id)
      if (live !== undefined) await this.#put(live, groupStatus(statusesOf(key.name), live, now()))
    }
  }

  async #put(live: LiveObject, status: JsonObject): Promise<void> {
    if (isDeepStrictEqual(live.status, status)) return
    const resource = this.#resourceOf(live)
    if (resource === undefined) return
    const { client, cache } = this.#options.view
    cache.put(await client.putStatus(resource, live, status))
  }

  async #record(live: LiveObject, event: InstallationEvent): Promise<void> {
    const { client } = this.#options.view
    await client.create(EVENTS, eventObject(live, event), { deadline: 0 })
  }

  #resourceOf(live: LiveObject): Resource | undefined {
    return this.#options.view.kinds.resource(gvkOf(live))
  }

  #onError(name: string, task: () => Promise<void>, error: unknown): void {
    const { log, metrics } = this.#options
    if (!(error instanceof ApiError || error instanceof ConnectionError)) {
      if (!isAbort(error)) log.error(faultFields(anyFault(error)), 'a status can not be told')
      return
    }
    const code = error instanceof ApiError ? String(error.code) : 'connection'
    if (!this.#refused.has(code))
      log.warn(faultFields(anyFault(error)), 'a status can not be written to the cluster')
    this.#refused.add(code)
    const failures = (this.#failures.get(name) ?? 0) + 1
    this.#failures.set(name, failures)
    this.#timers.setOnce(name, retryDelay(failures, PACE), () => {
      metrics.retried('own-status')
      this.#inTurn(name, task)
    })
  }
}

/** The client was closed while a write was under way. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

const EVENTS: Resource = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
  verbs: ['create'],
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
    note: event.note,
    regarding: { apiVersion, kind, namespace, name, uid, resourceVersion },
  }
}

function isGroup({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return group === OWN_GROUP && kind === 'InstallationGroup'
}

/** RFC 3339 in whole seconds, as Kubernetes writes it. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}
