import { setTimeout as sleep } from 'node:timers/promises'
import { RepositoryParts } from '../../control/fleet/repository-parts.ts'
import { type FaultError, isFault } from '../../model/fault.ts'
import { faultFields } from '../../support/telemetry/log.ts'
import type { StartContext } from '../start-context.ts'

/** Delay before the data directory is tried again, in milliseconds. */
const AGAIN_MS = 1_000

/** Stands by while another Reeve on this machine has the data directory. */
export async function start(_needed: unknown, context: StartContext): Promise<RepositoryParts> {
  const parts = await openWhenFree(context)
  // Ends hanging requests for remote templates at once, because the parts that use them end first.
  context.signal.addEventListener('abort', () => void parts.sources[Symbol.asyncDispose](), { once: true })
  return parts
}

async function openWhenFree(context: StartContext): Promise<RepositoryParts> {
  const { settings, log, metrics, signal, waits, waitFor } = context
  let isStandingBy = false
  try {
    for (;;) {
      try {
        return await RepositoryParts.open({ settings, log, onRetry: () => metrics.retried('template') })
      } catch (error) {
        if (!waits || !isLocked(error)) throw error
        waitFor({ text: `standing by: ${error.fault.message}`, isReady: true })
        if (!isStandingBy) log.warn(faultFields(error.fault), 'standing by')
        isStandingBy = true
        metrics.standsBy(true)
      }
      await sleep(AGAIN_MS, undefined, { signal })
    }
  } finally {
    if (isStandingBy) metrics.standsBy(false)
  }
}

function isLocked(error: unknown): error is FaultError {
  return isFault(error, 'data-dir-locked')
}
