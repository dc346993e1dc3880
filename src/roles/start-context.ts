import type { FleetPatience } from '../control/fleet/fleet-declarer.ts'
import type { Settings } from '../model/settings.ts'
import type { Log } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'
import type { ProcessHealth, Wait } from './part.ts'
import type { Requests } from './requests.ts'

/** Options of all parts of a process. */
export interface ProcessOptions {
  readonly settings: Settings
  readonly log: Log
  readonly metrics: Metrics
  readonly requests: Requests
  /** Maximum wait for renderings that are not ready; without it, all are awaited. */
  readonly patience?: FleetPatience | undefined
  /** Whether to wait for an absent cluster and a Lease that another Reeve holds; else they are faults. */
  readonly waits: boolean
}

/** Context in which one part starts, besides the parts that it needs. */
export interface StartContext extends ProcessOptions {
  /** Aborted to end the part, even while it starts. */
  readonly signal: AbortSignal
  /** Reports why the start waits; undefined if it no longer waits. */
  readonly waitFor: (wait: Wait | undefined) => void
  /** Status of the process. */
  readonly health: ProcessHealth
}
