import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, AuthenticationError, ConnectionError } from './api-error.ts'
import { isTooLarge } from './refusal-code.ts'

export interface RetryOptions {
  /** Maximum time for attempts, in milliseconds from the first. 0: one attempt. */
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
  /** Duration of the latest attempt at the server, in milliseconds; by default it counts as quick. */
  readonly took?: (() => number) | undefined
  /** Called at each further attempt. */
  readonly onRetry?: (() => void) | undefined
}

const FIRST_DELAY = 100
const LONGEST_DELAY = 5_000
const ATTEMPTS_AT_INTERNAL_ERROR = 5
/** Maximum attempts at a failing webhook: it fails until it is repaired. */
const ATTEMPTS_AT_WEBHOOK = 2
/** Minimum duration of an internal error from a hanging webhook, in milliseconds: a retry would hang, too. */
const HANGS = 5_000

/**
 * Retries transient failures: 429 (after Retry-After), 500, 502, 503, 504 and broken connections, with
 * exponential backoff and full jitter. Throws any other error unchanged, and the last one when the deadline
 * is near; mayBeDone tells whether any of the attempts may have been carried out.
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const end = performance.now() + options.deadline
  let isUnclear = false
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (isUnclear) noteLostAnswer(error)
      isUnclear ||= isWithoutAnswer(error)
      const delay = isHanging(error, options) ? undefined : delayBefore(error, tries)
      if (delay === undefined || performance.now() + delay >= end) throw error
      await sleep(delay, undefined, { signal: options.signal })
      options.onRetry?.()
    }
  }
}

/** Errors of requests of which an earlier attempt got no answer. */
const afterLostAnswer = new WeakSet<ApiError>()

function noteLostAnswer(error: unknown): void {
  if (error instanceof ApiError) afterLostAnswer.add(error)
}

function isHanging(error: unknown, { took }: RetryOptions): boolean {
  return error instanceof ApiError && error.code === 500 && (took?.() ?? 0) > HANGS
}

/** Whether a request may have been carried out although it failed. */
export function mayBeDone(error: unknown): boolean {
  return isWithoutAnswer(error) || (error instanceof ApiError && afterLostAnswer.has(error))
}

/** Whether no answer came from the API server itself: a proxy before it may answer instead. */
function isWithoutAnswer(error: unknown): boolean {
  if (error instanceof ApiError) return [500, 502, 503, 504].includes(error.code)
  return error instanceof ConnectionError && !(error instanceof AuthenticationError)
}

/** Milliseconds until the next attempt; undefined if another attempt is pointless. */
export function delayBefore(error: unknown, tries: number): number | undefined {
  if (!isPassing(error, tries)) return undefined
  const jittered = backoff(tries)
  const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
  return asked + jittered
}

/** Full jitter: a random delay below the exponentially growing limit. */
export function backoff(tries: number): number {
  return Math.random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (tries - 1))
}

function isPassing(error: unknown, tries: number): boolean {
  if (error instanceof ConnectionError) return true
  if (!(error instanceof ApiError)) return false
  if (isTooLarge(error)) return false
  if (error.code === 500) return tries < attemptsAt(error)
  return [429, 502, 503, 504].includes(error.code)
}

function attemptsAt({ message }: ApiError): number {
  return message.includes('failed calling webhook') ? ATTEMPTS_AT_WEBHOOK : ATTEMPTS_AT_INTERNAL_ERROR
}
