/** Limits of the exchanges with a forge. */
export interface ForgeLimits {
  /** Maximum time to connect, in milliseconds. */
  readonly connectMs: number
  /** Maximum time in which nothing arrives, in milliseconds. */
  readonly silenceMs: number
  /** Maximum time of one request, in milliseconds. */
  readonly totalMs: number
  /** Maximum size of one answer, in bytes; a longer list is asked for in shorter pages. */
  readonly answerBytes: number
  /** Maximum attempts of a request that reads, without an answer or with a fault of the server. */
  readonly tries: number
  /** Maximum delay before the second attempt, in milliseconds; it doubles before the third. */
  readonly pauseMs: number
  /** Maximum wait of one request until the forge accepts it, in milliseconds; then forge-limited. */
  readonly longestWaitMs: number
}

export const FORGE_LIMITS: ForgeLimits = {
  connectMs: 10_000,
  silenceMs: 30_000,
  totalMs: 60_000,
  answerBytes: 16 << 20,
  tries: 3,
  pauseMs: 500,
  longestWaitMs: 300_000,
}
