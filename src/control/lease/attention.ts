const LOOK_EVERY_MS = 1_000
/** Well below the time that a holder has to answer in. */
const GAP_MS = 3_000

/**
 * Whether this process was awake and in touch with the API server all the time, so that its last view still
 * counts. A process may be stopped (SIGSTOP, a suspended machine) or cut off at any time. A stalled
 * connection that does not break goes unnoticed: the missed events then arrive with everything else.
 */
export class Attention implements Disposable {
  #lookedAt = Date.now()
  /** When the server was last asked and found all well, in milliseconds since the epoch. */
  #checkedAt = 0
  #doubtedAt = 0
  #timer: NodeJS.Timeout | undefined

  start(): void {
    this.#lookedAt = Date.now()
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  /** Notes a failure between this process and the server. */
  doubt(): void {
    this.#doubtedAt = Date.now()
  }

  /** Notes that a check sent at `askedAt`, in milliseconds since the epoch, found all well. */
  checked(askedAt: number): void {
    this.#checkedAt = askedAt
  }

  /** @param isFollowing whether changes are seen as they happen, as far as can be told */
  isSure(isFollowing: boolean): boolean {
    this.#look()
    return (isFollowing && this.#doubtedAt < this.#checkedAt) || isRecent(this.#checkedAt)
  }

  #look(): void {
    if (!isRecent(this.#lookedAt)) this.doubt()
    this.#lookedAt = Date.now()
  }
}

/** A clock that was set back proves nothing. */
function isRecent(time: number): boolean {
  const age = Date.now() - time
  return age >= 0 && age < GAP_MS
}
