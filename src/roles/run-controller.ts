import type { Settings } from '../model/settings.ts'
import { createLog } from '../support/telemetry/log.ts'
import { createMetrics, type Metrics } from '../support/telemetry/metrics.ts'
import { keepCluster, type Present } from './keep-cluster.ts'
import { type ProbeAnswer, type Probes, serveProbes } from './probes.ts'
import { stopSignal } from './stop-signal.ts'

/**
 * Follows the branch until a signal ends it: SIGHUP asks the remote at once, SIGINT and SIGTERM
 * finish what is in flight and stop. Where another Reeve of the same name has the cluster, or takes
 * it over, it stands by.
 * @throws FaultError where it can't start: data directory, kubeconfig, address to listen on
 */
export async function runController(settings: Settings): Promise<void> {
  const log = await createLog(settings.log)
  const metrics = createMetrics()
  const stop = stopSignal()
  const present: Present = {}
  const pollNow = () => present.follower?.pollNow()
  process.on('SIGHUP', pollNow)
  const probes = await serve(settings, metrics, present)
  if (probes) log.info({ url: probes.url }, 'serving probes and metrics')
  try {
    while (!stop.aborted) await keepCluster({ settings, log, metrics, stop, present })
  } finally {
    process.off('SIGHUP', pollNow)
    await probes?.close()
  }
}

async function serve(
  { listen, gitTimeoutMs }: Settings,
  { registry }: Metrics,
  present: Present,
): Promise<Probes | undefined> {
  return (
    listen &&
    serveProbes({
      host: listen.host,
      port: listen.port,
      registry,
      notHealthy: () => present.follower?.stall.notHealthy(gitTimeoutMs ?? 0),
      readiness: () => readiness(present),
    })
  )
}

/** One that stands by is ready: a rollout goes on, and so ends the one that it waits for. */
function readiness({ follower, standsByFor, blockedBy }: Present): ProbeAnswer {
  if (standsByFor !== undefined) return { isGood: true, text: `standing by: ${standsByFor}` }
  const lack = follower ? follower.notReady : (blockedBy ?? 'starting')
  return { isGood: lack === undefined, text: lack ?? 'ok' }
}
