import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, ConnectionError } from '../cluster/api-error.ts'
import type { Settings } from '../model/settings.ts'
import { anyFault } from './any-fault.ts'
import { Follower } from './follower.ts'
import { KindWaiter } from './kind-waiter.ts'
import { createLog, faultFields, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type Probes, serveProbes } from './probes.ts'
import { Reeve } from './reeve.ts'
import { aborted, stopSignal } from './stop-signal.ts'
import { within } from './within.ts'

/** A remote that has not answered for so long is worth a restart: /healthz fails. */
const SILENT_AFTER_MS = 60 * 60_000
const OPEN_AGAIN_AFTER_MS = 2_000
const POLL_GRACE_MS = 5_000
/** Well within the 30 s that Kubernetes gives a Pod. */
const LEAVE_AFTER_MS = 10_000

/**
 * Follows the branch until a signal ends it: SIGHUP asks the remote at once, SIGINT and SIGTERM
 * finish what is in flight and stop.
 * @throws FaultError where it can't start: data directory, kubeconfig, address to listen on
 */
export async function runController(settings: Settings): Promise<void> {
  const log = await createLog(settings.log)
  const metrics = createMetrics()
  const stop = stopSignal()
  let follower: Follower | undefined
  const pollNow = () => follower?.pollNow()
  process.on('SIGHUP', pollNow)
  const probes = await serve(settings, metrics, () => follower)
  if (probes) log.info({ url: probes.url }, 'serving probes and metrics')
  try {
    const reeve = await openPatiently(settings, log, metrics, stop)
    if (reeve === undefined) return
    follower = new Follower({ settings, reeve, log, metrics })
    await follow(reeve, follower, log, stop)
  } finally {
    process.off('SIGHUP', pollNow)
    await probes?.close()
  }
}

async function follow(reeve: Reeve, follower: Follower, log: Log, stop: AbortSignal): Promise<void> {
  const waiter = new KindWaiter(reeve.view.client, () => reeve.controller.refreshKinds())
  reeve.controller.onWaiting((isWaiting) => waiter.set(isWaiting))
  await reeve.loadRecords()
  follower.start()
  await aborted(stop)
  log.info({}, 'stopping')
  leaveInTime(log)
  waiter.set(false)
  const polled = follower.stop()
  await within(POLL_GRACE_MS, polled)
  await reeve.close() // which also ends a poll that hangs
  await polled
  log.info({}, 'stopped')
}

/** What is in flight may hang; whatever is left undone, the next run does. */
function leaveInTime(log: Log): void {
  setTimeout(() => {
    log.warn({}, 'not everything in flight came to an end')
    process.exit(0)
  }, LEAVE_AFTER_MS).unref()
}

/** An API server that is not there yet is waited for; undefined where a signal came first. */
async function openPatiently(
  settings: Settings,
  log: Log,
  metrics: Metrics,
  stop: AbortSignal,
): Promise<Reeve | undefined> {
  while (!stop.aborted) {
    try {
      return await Reeve.open(settings, log, metrics, stop)
    } catch (error) {
      if (stop.aborted) return undefined
      if (!(error instanceof ConnectionError || error instanceof ApiError)) throw error
      log.warn(faultFields(anyFault(error)), 'the cluster is not there yet')
      await sleep(OPEN_AGAIN_AFTER_MS, undefined, { signal: stop }).catch(() => {})
    }
  }
  return undefined
}

async function serve(
  { listen }: Settings,
  { registry }: Metrics,
  follower: () => Follower | undefined,
): Promise<Probes | undefined> {
  return (
    listen &&
    serveProbes({
      host: listen.host,
      port: listen.port,
      registry,
      notHealthy: () => {
        const silent = Date.now() - (follower()?.answeredAt ?? Date.now())
        return silent > SILENT_AFTER_MS ? `the Git remote is silent for ${silent / 1000} s` : undefined
      },
      notReady: () => {
        const started = follower()
        return started ? started.notReady : 'starting'
      },
    })
  )
}
