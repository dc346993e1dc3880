import {
  ApiError,
  type ErrorCause,
  hasCode,
  isExpired,
  isForbidden,
} from '../../adapters/cluster/api-error.ts'
import { backoff, delayBefore } from '../../adapters/cluster/retry.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'

/** Forbidden kinds are retried often: no event announces new permissions. */
const PACE_FORBIDDEN: Pace = { firstMs: 1_000, longestMs: 10_000 }
/** Maximum delay, in milliseconds, whatever the server asks for. */
const LONGEST_PAUSE = 60_000
/** For a kind that fails alone, and for watches that end as soon as they begin. */
const PACE_ALONE: Pace = { firstMs: 100, longestMs: 30_000 }

/**
 * Delay before a failed list or watch is retried, in milliseconds. An API server that answers nothing is
 * likely back soon; one that fails for a single kind needs longer.
 *
 * @param failures consecutive failures, including this one
 * @param isAlone whether other kinds are watched without a fault
 */
export function pauseAfter(error: unknown, failures: number, isAlone = false): number {
  if (isForbidden(error)) return retryDelay(failures, PACE_FORBIDDEN)
  const asked = delayBefore(error, failures) ?? backoff(failures)
  return Math.min(LONGEST_PAUSE, isAlone ? Math.max(asked, shortPause(failures)) : asked)
}

/** Delay after `count` consecutive watches that ended as soon as they began, in milliseconds. */
export function shortPause(count: number): number {
  return retryDelay(count, PACE_ALONE)
}

/** The cluster does not serve the kind. */
export function isGone(error: unknown): boolean {
  return hasCode(error, 404) || hasCode(error, 405)
}

/** The credentials are not accepted: mostly they expired and are not renewed yet. */
export function isUnauthorized(error: unknown): boolean {
  return hasCode(error, 401)
}

/** The API server behind an aggregated API (APIService) is down; thrown after seconds of retries. */
export function isUnavailable(error: unknown): boolean {
  return hasCode(error, 503)
}

/** The server no longer has that resourceVersion, or not yet, because etcd was restored: list again. */
export function isOutdated(error: unknown): boolean {
  return isExpired(error) || (error instanceof ApiError && error.causes.some(isTooLarge))
}

function isTooLarge({ reason }: ErrorCause): boolean {
  return reason === 'ResourceVersionTooLarge'
}
