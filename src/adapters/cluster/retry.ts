import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, ConnectionError } from './api-error.ts'

export interface RetryOptions {
  /** How long to go on trying, in milliseconds from the first attempt. 0: one attempt. */
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
  /** For how long the server had the latest attempt, in milliseconds; by default it was quick. */
  readonly took?: (() => number) | undefined
  /** Told of each further attempt. */
  readonly onRetry?: (() => void) | undefined
}

const FIRST_DELAY = 100
const LONGEST_DELAY = 5_000
const ATTEMPTS_AT_INTERNAL_ERROR = 5
/** A webhook that fails does so for as long as it is broken: no use in insisting. */
const ATTEMPTS_AT_WEBHOOK = 2
/** An internal error after so many milliseconds is one of a webhook that hangs: the next one would, too. */
const HANGS = 5_000

/**
 * Tries again what may go better later: 429 (after Retry-After), 500, 502, 503, 504 and broken
 * connections, with exponential backoff and full jitter. Any other error, and the last one when
 * the deadline is near, is thrown as it is.
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const end = performance.now() + options.deadline
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      const hangs = error instanceof ApiError && error.code === 500 && (options.took?.() ?? 0) > HANGS
      const delay = hangs ? undefined : delayBefore(error, tries)
      if (delay === undefined || performance.now() + delay >= end) throw error
      await sleep(delay, undefined, { signal: options.signal })
      options.onRetry?.()
    }
  }
}

/** Milliseconds until the next attempt; undefined where another attempt makes no sense. */
export function delayBefore(error: unknown, tries: number): number | undefined {
  if (!isPassing(error, tries)) return undefined
  const jittered = backoff(tries)
  const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
  return asked + jittered
}

/** Full jitter: anything between nothing and the exponentially growing limit. */
export function backoff(tries: number): number {
  return Math.random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (tries - 1))
}

function isPassing(error: unknown, tries: number): boolean {
  if (error instanceof ConnectionError) return true
  if (!(error instanceof ApiError)) return false
  if (error.code === 500) return tries < attemptsAt(error)
  return [429, 502, 503, 504].includes(error.code)
}

function attemptsAt({ message }: ApiError): number {
  return message.includes('failed calling webhook') ? ATTEMPTS_AT_WEBHOOK : ATTEMPTS_AT_INTERNAL_ERROR
}
