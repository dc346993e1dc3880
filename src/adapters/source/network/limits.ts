import type { LeastRate } from '../../../support/exchange/rate-window.ts'

/** How patient the network is taken, in milliseconds unless said otherwise. */
export interface NetworkLimits {
  /** Until the headers of an answer are there. */
  readonly firstByteMs: number
  /** Maximum time in which nothing arrives. */
  readonly silenceMs: number
  /** Maximum time of an index or a package. */
  readonly totalMs: number
  /** Maximum time of a commit, all tries together. */
  readonly fetchMs: number
  /** Maximum time of a short answer, such as a token or a manifest. */
  readonly shortMs: number
  /** Of indexes, packages and commits. */
  readonly rate: LeastRate
  /** So often a request is made where nobody answers, or with a fault of the server. */
  readonly tries: number
  /** Before the second try, at most; twice as long before the third. */
  readonly pauseMs: number
  /** After a failure a template is asked for again so late at most, twice as late each time. */
  readonly againAfterMs: number
  /** At the latest. */
  readonly againAtLatestMs: number
  /** The longest index and the largest package that are read, in bytes. */
  readonly maxBytes: number
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
  maxBytes: 64 << 20,
}
