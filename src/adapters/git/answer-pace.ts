import { type Pace, startPace } from '../../support/exchange/pace.ts'
import type { TooSlow } from '../../support/exchange/too-slow.ts'
import type { GitLimits } from './git-limits.ts'

/**
 * Silence before it is reported, in milliseconds. A server that packs sends a keepalive every 5 s
 * (uploadpack.keepAlive).
 */
const TELL_AFTER_MS = 10_000

/** Receives the request, such as `POST https://…/git-upload-pack`, and its silence in milliseconds. */
export type OnSilence = (request: string, silentMs: number) => void

/** Purpose of a request: list refs, fetch a pack, or push one. */
export type Purpose = 'list' | 'fetch' | 'push'

export interface PaceSettings {
  readonly limits: GitLimits
  /** Called at a silence before it is too long, once for each request. */
  readonly onSilence: OnSilence
}

/** Watches over one request to a Git server. */
export function paceOf(purpose: Purpose, asked: string, { limits, onSilence }: PaceSettings): Pace {
  const { silenceMs, exchangeMs, listMs, rate } = limits
  return startPace({
    silenceMs,
    totalMs: purpose === 'list' ? Math.min(listMs, exchangeMs) : exchangeMs,
    rate,
    onSilence: {
      afterMs: Math.min(TELL_AFTER_MS, silenceMs / 2),
      tell: (silentMs) => onSilence(asked, silentMs),
    },
  })
}

/** Limits the time of the answer, once the request is sent. */
export function awaitAnswer(purpose: Purpose, pace: Pace, { limits }: PaceSettings): void {
  if (purpose === 'push') pace.endWithin(limits.answerMs)
}

/** The exceeded bound, with the option that a user with a slow line can set. */
export function slowWords({ bound, message }: TooSlow, purpose: Purpose): string {
  if (bound === 'rate') return `${message} (--git-min-rate)`
  return bound === 'total' && purpose === 'fetch' ? `${message} (--git-timeout)` : message
}
