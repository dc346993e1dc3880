/** How patient the network is taken, in milliseconds unless said otherwise. */
export interface NetworkLimits {
  /** Until the headers of an answer are there. */
  readonly firstByteMs: number
  /** Until all of it is there. */
  readonly totalMs: number
  /** So often a request is made where nobody answers, or with a fault of the server. */
  readonly tries: number
  /** Before the second try; twice as long before the third. */
  readonly pauseMs: number
  /** After a failure a template is asked for again, twice as late each time. */
  readonly againAfterMs: number
  /** At the latest. */
  readonly againAtLatestMs: number
  /** The longest index and the largest package that are read, in bytes. */
  readonly maxBytes: number
}

export const NETWORK_LIMITS: NetworkLimits = {
  firstByteMs: 10_000,
  totalMs: 60_000,
  tries: 3,
  pauseMs: 1_000,
  againAfterMs: 30_000,
  againAtLatestMs: 300_000,
  maxBytes: 64 << 20,
}
