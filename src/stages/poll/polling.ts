import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { untilDue } from './schedule.ts'

/** When to ask: every so many milliseconds, or when a cron expression says so. */
export type Rhythm = { readonly interval: number } | { readonly schedule: string }

export interface PollingOptions {
  readonly rhythm: Rhythm
  /**
   * Share of the interval by which each wait differs, from 0 to 1, so that many Reeves do not ask at
   * once; with a schedule, of a minute after it. By default a tenth.
   */
  readonly jitter?: number
  /** The first wait after an error, doubled with each further one, in milliseconds; by default a second. */
  readonly firstBackoff?: number
  /** The longest wait after an error, in milliseconds; by default five minutes. */
  readonly longestBackoff?: number
  /** Asks for the branch's head; undefined where there is nothing to tell. */
  readonly ask: (signal: AbortSignal) => Promise<string | undefined>
  /** Told after each answer. Asking goes on when it has settled; what it throws is an error like others. */
  readonly onHead: (oid: string) => void | Promise<void>
  /** Told after each failure, with the wait in milliseconds, which begins when this has settled. */
  readonly onError: (error: unknown, retryInMs: number) => void | Promise<void>
}

export interface Polling {
  /** Asks at once, or again as soon as the ask under way has ended. */
  pollNow(): void
  /** Ends it: no timer is left, what is under way is told to stop, and waited for. */
  [Symbol.asyncDispose](): Promise<void>
}

const LONGEST_TIMER = 2 ** 31 - 1
const MINUTE = 60_000

/** Asks at once and then in its rhythm, never twice at the same time. */
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

/** @returns what went wrong, or undefined */
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
