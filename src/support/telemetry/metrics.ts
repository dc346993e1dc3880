import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { RETRIES, type Retry } from '../../model/retry.ts'
import { type Change, INSTALLATION_STATES, type InstallationState, type Outcome } from '../../model/status.ts'
import type { WebhookForge, WebhookResult } from '../../model/webhook.ts'
import { registerEventLoopLag } from './event-loop-lag.ts'
import { type RolloutMetrics, registerRolloutMetrics } from './rollout-metrics.ts'

/** The library measures the event loop's lag with the interval of its samples in it; it never samples. */
const NO_LAG = { eventLoopMonitoringPrecision: 2 ** 31 - 1 }

/** Reeve's own metrics, for Prometheus. */
export interface Metrics extends RolloutMetrics {
  readonly registry: Registry
  polled(result: 'changed' | 'unchanged' | 'error'): void
  /** An object was created, patched, replaced or deleted, because of a commit or drift. */
  wrote(change: Change): void
  /** An installation was reconciled, successfully or not; `seconds` is the duration. */
  synced(outcomes: readonly Outcome[], seconds: number): void
  statusCommitted(result: 'pushed' | 'error'): void
  /** An action is retried after a delay. */
  retried(what: Retry): void
  /** A request of a webhook was answered. */
  webhookHandled(forge: WebhookForge, result: WebhookResult): void
  /** Whether this process stands by for another Reeve of the same name. */
  standsBy(isStandingBy: boolean): void
  /** Sets the source of the time for which the branch could not be followed, in milliseconds. */
  onStall(ms: () => number): void
  /** Sets the source of the state of each part of the process. */
  onParts(parts: () => readonly { readonly name: string; readonly state: string }[]): void
  /** Sets the source of the code of the fault for which the branch's head is not applied; undefined: it is. */
  onRefusedHead(code: () => string | undefined): void
  /** Sets the source of all installations' states, read at each scrape. */
  onInstallations(states: () => readonly InstallationState[]): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, ...NO_LAG })
  for (const name of collectedLag(registry)) registry.removeSingleMetric(name)
  registerEventLoopLag(registry)
  const polls = new Counter({
    name: 'reeve_polls_total',
    help: 'Polls of the branch head, by result.',
    labelNames: ['result'],
    registers,
  })
  const syncs = new Histogram({
    name: 'reeve_sync_duration_seconds',
    help: 'Time to plan and apply one installation.',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  })
  const objects = new Counter({
    name: 'reeve_objects_total',
    help: 'Objects that were planned and applied, by result.',
    labelNames: ['result'],
    registers,
  })
  const writes = new Counter({
    name: 'reeve_writes_total',
    help: 'Object writes, by action and reason.',
    labelNames: ['action', 'reason'],
    registers,
  })
  const commits = new Counter({
    name: 'reeve_status_commits_total',
    help: 'Status commits, by result.',
    labelNames: ['result'],
    registers,
  })
  const retries = new Counter({
    name: 'reeve_retries_total',
    help: 'Retries, by what is retried.',
    labelNames: ['what'],
    registers,
  })
  for (const what of RETRIES) retries.inc({ what }, 0)
  const webhooks = new Counter({
    name: 'reeve_webhooks_total',
    help: 'Requests to the endpoint of webhooks, by the forge that they claim to come from, and by result.',
    labelNames: ['forge', 'result'],
    registers,
  })
  const standby = new Gauge({
    name: 'reeve_standing_by',
    help: '1 while this Reeve stands by because another Reeve of the same name is active.',
    registers,
  })
  let stallNow = () => 0
  new Gauge({
    name: 'reeve_git_stalled_seconds',
    help: 'Seconds for which the branch could not be followed; 0 while it can be.',
    registers,
    collect() {
      this.set(stallNow() / 1000)
    },
  })
  let refusedNow: () => string | undefined = () => undefined
  new Gauge({
    name: 'reeve_head_refused',
    help: '1 while the head of the branch is not applied, because of its signature; by the code of the fault.',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset()
      const code = refusedNow()
      if (code !== undefined) this.set({ code }, 1)
    },
  })
  let partsNow: () => readonly { readonly name: string; readonly state: string }[] = () => []
  new Gauge({
    name: 'reeve_part_state',
    help: '1 for the current state of each part of the process.',
    labelNames: ['part', 'state'],
    registers,
    collect() {
      this.reset()
      for (const { name, state } of partsNow()) this.set({ part: name, state }, 1)
    },
  })
  let statesNow: () => readonly InstallationState[] = () => []
  new Gauge({
    name: 'reeve_installations',
    help: 'Installations by state.',
    labelNames: ['state'],
    registers,
    collect() {
      const all = statesNow()
      for (const state of INSTALLATION_STATES) this.set({ state }, all.filter((one) => one === state).length)
    },
  })
  return {
    registry,
    ...registerRolloutMetrics(registry),
    wrote: ({ action, reason }) => writes.inc({ action, reason }),
    polled: (result) => polls.inc({ result }),
    synced: (outcomes, seconds) => {
      syncs.observe(seconds)
      for (const outcome of outcomes) objects.inc({ result: outcome.result })
    },
    statusCommitted: (result) => commits.inc({ result }),
    retried: (what) => retries.inc({ what }),
    webhookHandled: (forge, result) => webhooks.inc({ forge, result }),
    standsBy: (isStandingBy) => standby.set(isStandingBy ? 1 : 0),
    onStall: (ms) => {
      stallNow = ms
    },
    onRefusedHead: (code) => {
      refusedNow = code
    },
    onParts: (parts) => {
      partsNow = parts
    },
    onInstallations: (states) => {
      statesNow = states
    },
  }
}

function collectedLag(registry: Registry): readonly string[] {
  return registry
    .getMetricsAsArray()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('nodejs_eventloop_lag'))
}
