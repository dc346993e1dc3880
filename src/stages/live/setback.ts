import {
  ApiError,
  type ErrorCause,
  hasCode,
  isExpired,
  isForbidden,
} from '../../adapters/cluster/api-error.ts'
import { backoff, delayBefore } from '../../adapters/cluster/retry.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'

/** What Reeve may not read is tried again often: nobody tells of new rights. */
const PACE_FORBIDDEN: Pace = { firstMs: 1_000, longestMs: 10_000 }
/** However long the server asks to wait. */
const LONGEST_PAUSE = 60_000
/** Where nothing but this kind fails, or where watches end as soon as they begin. */
const PACE_ALONE: Pace = { firstMs: 100, longestMs: 30_000 }

/**
 * How long to wait before a list or watch that failed is tried again, in milliseconds. Where the API
 * server answers nothing at all, it is back at any moment; where it fails over one kind alone, that takes
 * its time.
 *
 * @param failures so many in a row, this one included
 * @param isAlone whether other kinds are watched without trouble
 */
export function pauseAfter(error: unknown, failures: number, isAlone = false): number {
  if (isForbidden(error)) return retryDelay(failures, PACE_FORBIDDEN)
  const asked = delayBefore(error, failures) ?? backoff(failures)
  return Math.min(LONGEST_PAUSE, isAlone ? Math.max(asked, shortPause(failures)) : asked)
}

/** How long to wait after so many watches in a row that ended as soon as they began, in milliseconds. */
export function shortPause(count: number): number {
  return retryDelay(count, PACE_ALONE)
}

/** The cluster does not serve the kind. */
export function isGone(error: unknown): boolean {
  return hasCode(error, 404) || hasCode(error, 405)
}

/** The credentials are not accepted: mostly because they expired, until they are renewed. */
export function isUnauthorized(error: unknown): boolean {
  return hasCode(error, 401)
}

/** Told after seconds of trying: the API server behind an aggregated API is down (APIService). */
export function isUnavailable(error: unknown): boolean {
  return hasCode(error, 503)
}

/** The server no longer has that resourceVersion, or not yet, as etcd was restored: list anew. */
export function isOutdated(error: unknown): boolean {
  return isExpired(error) || (error instanceof ApiError && error.causes.some(isTooLarge))
}

function isTooLarge({ reason }: ErrorCause): boolean {
  return reason === 'ResourceVersionTooLarge'
}
