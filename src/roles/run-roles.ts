import type { FleetPatience } from '../control/fleet/fleet-declarer.ts'
import type { Settings } from '../model/settings.ts'
import { aborted } from '../support/concurrency/aborted.ts'
import type { Log } from '../support/telemetry/log.ts'
import { createMetrics } from '../support/telemetry/metrics.ts'
import { Lifecycle } from './lifecycle.ts'
import type { PartName } from './parts.ts'
import { Requests } from './requests.ts'
import { isRoleName, ROLE_NAMES } from './role-names.ts'
import { PARTS, ROLES } from './roles.ts'
import { stopSignal } from './stop-signal.ts'

/** Slower renderings are reported as faults meanwhile. */
const PATIENCE: FleetPatience = {
  first: { idleMs: 3_000, totalMs: 30_000 },
  later: { idleMs: 1_000, totalMs: 10_000 },
}
/** Well within the 30 s that Kubernetes gives a Pod. */
const LEAVE_AFTER_MS = 10_000

/**
 * Runs the roles of a process until a signal ends them. SIGHUP polls the remote at once; SIGINT and SIGTERM
 * finish work in flight and stop. While another Reeve of the same name has the cluster, or when it takes it
 * over, this one stands by.
 * @throws FaultError if a part cannot start: data directory, kubeconfig, address to listen on
 */
export async function runRoles(settings: Settings, log: Log): Promise<void> {
  const stop = stopSignal()
  stop.addEventListener('abort', () => leaveInTime(log))
  const requests = new Requests()
  const poll = () => requests.request({ kind: 'poll' })
  process.on('SIGHUP', poll)
  const options = { settings, log, metrics: createMetrics(), requests, patience: PATIENCE, waits: true }
  try {
    await using lifecycle = new Lifecycle(partsFor(settings), options)
    await keepRunning(lifecycle, stop)
  } finally {
    process.off('SIGHUP', poll)
  }
  log.info({}, 'stopped')
}

function partsFor({ roles = ROLE_NAMES }: Settings): readonly PartName[] {
  return roles.filter(isRoleName).flatMap((role) => ROLES[role])
}

/** Restarts failed parts if that may help. */
async function keepRunning(lifecycle: Lifecycle, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const { failed } = lifecycle
    try {
      await lifecycle.start(stop)
    } catch (error) {
      if (stop.aborted) return
      throw error
    }
    const failure = await Promise.race([failed, aborted(stop)])
    if (failure && !PARTS[failure.name].restarts) throw failure.reason
  }
}

/** Bounds the wait for work in flight, which may hang; the next run completes it. */
function leaveInTime(log: Log): void {
  log.info({}, 'stopping')
  setTimeout(() => {
    log.warn({}, 'exiting with work in flight')
    process.exit(0)
  }, LEAVE_AFTER_MS).unref()
}
