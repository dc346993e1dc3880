import { setTimeout as sleep } from 'node:timers/promises'
import { anyFault } from '../adapters/cluster/any-fault.ts'
import { ApiError, ConnectionError } from '../adapters/cluster/api-error.ts'
import type { FleetPatience } from '../control/fleet/fleet-declarer.ts'
import { FaultError } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import { KindWaiter } from '../stages/live/kind-waiter.ts'
import { retryDelay } from '../support/concurrency/retry-delay.ts'
import { within } from '../support/concurrency/within.ts'
import { faultFields, type Log } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'
import { Follower } from './follower.ts'
import { Reeve } from './reeve.ts'
import { aborted } from './stop-signal.ts'

/** The API server may be there soon, or be away for long. */
const PACE = { firstMs: 1_000, longestMs: 15_000 }
/** What refuses the Lease may stay. */
const PACE_BLOCKED = { firstMs: 2_000, longestMs: 60_000 }
/** What comes later than that is told as a fault meanwhile. */
const PATIENCE: FleetPatience = {
  first: { idleMs: 3_000, totalMs: 30_000 },
  later: { idleMs: 1_000, totalMs: 10_000 },
}
const POLL_GRACE_MS = 5_000
/** Well within the 30 s that Kubernetes gives a Pod. */
const LEAVE_AFTER_MS = 10_000

/** What the process is doing, for its probes. */
export interface Present {
  follower?: Follower | undefined
  /** Who has the cluster, while this one waits for it. */
  standsByFor?: string | undefined
  /** What keeps it from having the cluster, though no other Reeve may be there. */
  blockedBy?: string | undefined
}

export interface KeepOptions {
  readonly settings: Settings
  readonly log: Log
  readonly metrics: Metrics
  readonly stop: AbortSignal
  readonly present: Present
}

/**
 * Opens a Reeve, waits until it has the cluster for itself, and keeps the cluster as the branch says
 * until it is stopped, or until another Reeve has taken over.
 * @throws FaultError where it can't start
 */
export async function keepCluster(options: KeepOptions): Promise<void> {
  const { settings, metrics, stop } = options
  const log = options.log.child({})
  const opening = { signal: stop, patience: PATIENCE }
  const reeve = await patiently(() => Reeve.open(settings, log, metrics, opening), options)
  if (reeve === undefined) return
  const { lost } = reeve.leaderLease
  lost.addEventListener('abort', () => {
    options.log.warn(faultFields(anyFault(lost.reason)), 'another Reeve has taken over')
    log.level = 'silent' // what ends now ends for this reason
  })
  let follower: Follower | undefined
  try {
    if (await hasCluster(reeve, options)) follower = await follow(reeve, log, options)
  } finally {
    await leave(reeve, follower, options)
  }
}

/** Resolves with true when no other Reeve is in the way any more; false where a signal came first. */
async function hasCluster(reeve: Reeve, options: KeepOptions): Promise<boolean> {
  const { log, metrics, stop, present } = options
  const standBy = ({ fault }: FaultError) => {
    present.standsByFor = fault.message
    metrics.standsBy(true)
    log.warn(faultFields(fault), 'standing by')
  }
  const taker = reeve.leaseTaker()
  const has = await patiently(async () => {
    await taker.take(standBy, stop)
    present.blockedBy = undefined
    if (present.standsByFor !== undefined) await reeve.view.refreshKinds() // it may have been long
    return true
  }, options)
  present.standsByFor = undefined
  present.blockedBy = undefined
  metrics.standsBy(false)
  return has ?? false
}

/** Follows the branch until it is stopped or another Reeve has taken over. */
async function follow(reeve: Reeve, log: Log, options: KeepOptions): Promise<Follower> {
  const { settings, metrics, stop, present } = options
  const follower = new Follower({ settings, reeve, log, metrics })
  const waiter = new KindWaiter(reeve.view.client, () => reeve.controller.refreshKinds())
  reeve.controller.onWaiting((isWaiting) => waiter.set(isWaiting))
  present.follower = follower
  await reeve.loadRecords()
  follower.start()
  await aborted(AbortSignal.any([stop, reeve.leaderLease.lost]))
  waiter.set(false)
  present.follower = undefined
  return follower
}

async function leave(reeve: Reeve, follower: Follower | undefined, options: KeepOptions): Promise<void> {
  const { log, stop } = options
  if (stop.aborted) {
    log.info({}, 'stopping')
    leaveInTime(log)
  }
  const polled = follower?.stop() ?? Promise.resolve()
  if (!reeve.leaderLease.lost.aborted) await within(POLL_GRACE_MS, polled)
  await reeve.close() // which also ends a poll that hangs
  await polled
  if (stop.aborted) log.info({}, 'stopped')
}

/** What is in flight may hang; whatever is left undone, the next run does. */
function leaveInTime(log: Log): void {
  setTimeout(() => {
    log.warn({}, 'not everything in flight came to an end')
    process.exit(0)
  }, LEAVE_AFTER_MS).unref()
}

/** An API server that is not there yet is waited for; undefined where a signal came first. */
async function patiently<T>(task: () => Promise<T>, options: KeepOptions): Promise<T | undefined> {
  const { metrics, stop } = options
  for (let failures = 1; !stop.aborted; failures++) {
    try {
      return await task()
    } catch (error) {
      if (stop.aborted) return undefined
      await sleep(tell(error, failures, options), undefined, { signal: stop }).catch(() => {})
      metrics.retried('cluster')
    }
  }
  return undefined
}

/**
 * Says what the start waits for; returns how long to wait, in milliseconds.
 * @throws what no waiting helps against
 */
function tell(error: unknown, failures: number, { log, present }: KeepOptions): number {
  const isBlocked = error instanceof FaultError && error.fault.code === 'lease-blocked'
  if (!(isBlocked || error instanceof ConnectionError || error instanceof ApiError)) throw error
  const problem = anyFault(error)
  present.blockedBy = problem.message
  const retryInMs = Math.round(retryDelay(failures, isBlocked ? PACE_BLOCKED : PACE))
  const message = isBlocked ? 'the Lease cannot be taken' : 'the cluster is not there yet'
  log.warn({ ...faultFields(problem), retryInMs }, message)
  return retryInMs
}
