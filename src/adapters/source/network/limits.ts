import type { LeastRate } from '../../../support/exchange/rate-window.ts'

/** Limits of requests, in milliseconds unless said otherwise. */
export interface NetworkLimits {
  /** Maximum time to connect, and until the headers of an answer arrive. */
  readonly firstByteMs: number
  /** Maximum time in which nothing arrives. */
  readonly silenceMs: number
  /** Maximum time of an index or a package. */
  readonly totalMs: number
  /** Maximum time of a commit, all attempts together. */
  readonly fetchMs: number
  /** Maximum time of a short answer, such as a token or a manifest. */
  readonly shortMs: number
  /** Minimum rate of indexes, packages and commits. */
  readonly rate: LeastRate
  /** Maximum attempts of a request without an answer, or with a fault of the server. */
  readonly tries: number
  /** Maximum delay before the second attempt; it doubles before the third. */
  readonly pauseMs: number
  /** Maximum delay before a failed template is requested again; it doubles each time. */
  readonly againAfterMs: number
  /** Upper bound of either delay. */
  readonly againAtLatestMs: number
}

export const NETWORK_LIMITS: NetworkLimits = {
  firstByteMs: 10_000,
  silenceMs: 30_000,
  totalMs: 10 * 60_000,
  fetchMs: 10 * 60_000,
  shortMs: 60_000,
  rate: { bytesPerSecond: 1_024, graceMs: 30_000, windowMs: 60_000 },
  tries: 3,
  pauseMs: 1_000,
  againAfterMs: 30_000,
  againAtLatestMs: 300_000,
}
