import type { LeastRate } from '../../support/exchange/rate-window.ts'

/** Time limits for a Git remote, in milliseconds. */
export interface GitLimits {
  /** Maximum time in which nothing arrives. */
  readonly silenceMs: number
  /** Maximum time of one exchange, such as a pack in either direction. */
  readonly exchangeMs: number
  /** Maximum time of a list of refs. */
  readonly listMs: number
  /** Maximum time of the answer to a push, from the last byte sent: hooks may take their time. */
  readonly answerMs: number
  /** Minimum rate of packs and lists, not of messages before a pack: the server may have to make it first. */
  readonly rate: LeastRate
}

export const GIT_LIMITS: GitLimits = {
  silenceMs: 60_000,
  exchangeMs: 30 * 60_000,
  listMs: 2 * 60_000,
  answerMs: 5 * 60_000,
  rate: { bytesPerSecond: 1_024, graceMs: 30_000, windowMs: 60_000 },
}
