import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { untilDue } from './schedule.ts'

/** When to poll: at an interval in milliseconds, or by a cron expression. */
export type Rhythm = { readonly interval: number } | { readonly schedule: string }

export interface PollingOptions {
  readonly rhythm: Rhythm
  /**
   * Jitter of each delay as a share of the interval, from 0 to 1, so that many Reeves do not poll at once;
   * with a schedule, a share of one minute after it. Default: 0.1.
   */
  readonly jitter?: number
  /** Initial delay after an error, doubled with each further one, in milliseconds; default: one second. */
  readonly firstBackoff?: number
  /** Maximum delay after an error, in milliseconds; default: five minutes. */
  readonly longestBackoff?: number
  /** Fetches the branch's head; undefined where there is nothing to report. */
  readonly ask: (signal: AbortSignal) => Promise<string | undefined>
  /**
   * Called after each answer. Polling continues once it has settled; an error that it throws counts like any
   * other.
   */
  readonly onHead: (oid: string) => void | Promise<void>
  /** Called after each failure with the delay in milliseconds, which begins once it has settled. */
  readonly onError: (error: unknown, retryInMs: number) => void | Promise<void>
}

export interface Polling {
  /** Polls at once, or again as soon as the current poll has ended. */
  pollNow(): void
  /** Stops polling: clears the timer, aborts the current poll and waits for it. */
  [Symbol.asyncDispose](): Promise<void>
}

const LONGEST_TIMER = 2 ** 31 - 1
const MINUTE = 60_000

/** Polls at once and then by its rhythm, never concurrently. */
export function startPolling(options: PollingOptions): Polling {
  const stopped = new AbortController()
  let failures = 0
  let again = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  const poll = (): void => {
    clearTimeout(timer)
    timer = undefined
    running = askOnce(options, stopped.signal).then(settle)
  }
  const settle = async (error: unknown): Promise<void> => {
    failures = error === undefined ? 0 : failures + 1
    const wait = failures === 0 ? nextWait(options) : backoff(options, failures)
    if (error !== undefined && !stopped.signal.aborted) await options.onError(error, again ? 0 : wait)
    running = undefined
    if (stopped.signal.aborted) return
    if (again) pollNow()
    else schedule(wait)
  }
  const schedule = (wait: number): void => {
    const part = Math.min(wait, LONGEST_TIMER)
    timer = setTimeout(() => (wait > part ? schedule(wait - part) : poll()), part)
  }
  const pollNow = (): void => {
    again = running !== undefined
    if (!again && !stopped.signal.aborted) poll()
  }

  poll()
  return {
    pollNow,
    async [Symbol.asyncDispose]() {
      stopped.abort()
      clearTimeout(timer)
      await running
    },
  }
}

/** @returns the error, or undefined */
async function askOnce({ ask, onHead }: PollingOptions, signal: AbortSignal): Promise<unknown> {
  try {
    const oid = await ask(signal)
    if (oid !== undefined && !signal.aborted) await onHead(oid)
    return undefined
  } catch (error) {
    return error ?? new Error('failed without an error')
  }
}

function nextWait({ rhythm, jitter = 0.1 }: PollingOptions): number {
  if ('schedule' in rhythm) return untilDue(rhythm.schedule) + Math.random() * jitter * MINUTE
  return rhythm.interval * (1 + jitter * (2 * Math.random() - 1))
}

function backoff(options: PollingOptions, failures: number): number {
  const { firstBackoff = 1_000, longestBackoff = 300_000 } = options
  return retryDelay(failures, { firstMs: firstBackoff, longestMs: longestBackoff })
}
