import type { FleetPatience } from '../control/fleet/fleet-declarer.ts'
import type { Settings } from '../model/settings.ts'
import type { Log } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'
import type { ProcessHealth, Wait } from './part.ts'
import type { PollRequests } from './poll-requests.ts'

/** What all parts of a process are given. */
export interface ProcessOptions {
  readonly settings: Settings
  readonly log: Log
  readonly metrics: Metrics
  readonly pollRequests: PollRequests
  /** For how long what is not ready keeps the others waiting; without it all is waited for. */
  readonly patience?: FleetPatience | undefined
  /** Whether a cluster that is away, and a Lease that another Reeve has, are waited for; else they are faults. */
  readonly waits: boolean
}

/** What one part is given to start with, besides the parts that it needs. */
export interface StartContext extends ProcessOptions {
  /** Aborted when the part is to end, also while it starts. */
  readonly signal: AbortSignal
  /** Says what the start waits for; undefined: for nothing any more. */
  readonly waitFor: (wait: Wait | undefined) => void
  /** What the process tells of itself. */
  readonly health: ProcessHealth
}
