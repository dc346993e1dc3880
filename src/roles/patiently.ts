import { setTimeout as sleep } from 'node:timers/promises'
import { anyFault } from '../adapters/cluster/any-fault.ts'
import { ApiError, ConnectionError } from '../adapters/cluster/api-error.ts'
import { formatDelay } from '../model/duration.ts'
import { isFault } from '../model/fault.ts'
import { retryDelay } from '../support/concurrency/retry-delay.ts'
import { faultFields } from '../support/telemetry/log.ts'
import type { StartContext } from './start-context.ts'

/** Delays before asking the API server again. */
const PACE = { firstMs: 1_000, longestMs: 15_000 }
/** Delays while the Lease is blocked, which may last. */
const PACE_BLOCKED = { firstMs: 2_000, longestMs: 60_000 }

/**
 * Retries until the API server answers, if the process waits at all.
 * @throws errors that waiting cannot resolve; the reason of the signal
 */
export async function patiently<T>(task: () => Promise<T>, context: StartContext): Promise<T> {
  const { waits, metrics, signal, waitFor } = context
  for (let failures = 1; ; failures++) {
    try {
      const done = await task()
      waitFor(undefined)
      return done
    } catch (error) {
      if (signal.aborted || !waits) throw error
      await sleep(tell(error, failures, context), undefined, { signal })
      metrics.retried('cluster')
    }
  }
}

/**
 * Reports why the start waits, and returns the delay before the next attempt, in milliseconds.
 * @throws errors that waiting cannot resolve
 */
function tell(error: unknown, failures: number, { log, waitFor }: StartContext): number {
  const isBlocked = isFault(error, 'lease-blocked')
  if (!(isBlocked || error instanceof ConnectionError || error instanceof ApiError)) throw error
  const problem = anyFault(error)
  waitFor({ text: problem.message, isReady: false })
  const retryInMs = retryDelay(failures, isBlocked ? PACE_BLOCKED : PACE)
  const message = isBlocked ? 'the Lease cannot be taken' : 'waiting for the API server'
  log.warn({ ...faultFields(problem), retryIn: formatDelay(retryInMs) }, message)
  return retryInMs
}
