const LOOK_EVERY_MS = 1_000
/** Well below the time that a holder has to answer in. */
const GAP_MS = 3_000

/**
 * Whether this process was awake and in touch with the API server all the time, so that what it saw
 * last still counts. A process may be stopped (SIGSTOP, a suspended machine) or cut off at any time.
 * It does not see a line that stood still and broke no connection: what was missed then arrives with
 * everything else that did.
 */
export class Attention implements Disposable {
  #lookedAt = Date.now()
  /** When the server was last asked whether all is well, and said so. */
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

  /** Something went wrong between this process and the server. */
  doubt(): void {
    this.#doubtedAt = Date.now()
  }

  /** The server was asked at `askedAt`, milliseconds since the epoch, and all is well. */
  checked(askedAt: number): void {
    this.#checkedAt = askedAt
  }

  /** @param isFollowing whether changes are seen as they happen, as far as one can tell */
  isSure(isFollowing: boolean): boolean {
    this.#look()
    return (isFollowing && this.#doubtedAt < this.#checkedAt) || isRecent(this.#checkedAt)
  }

  #look(): void {
    if (!isRecent(this.#lookedAt)) this.doubt()
    this.#lookedAt = Date.now()
  }
}

/** A clock that was put back proves nothing. */
function isRecent(time: number): boolean {
  const age = Date.now() - time
  return age >= 0 && age < GAP_MS
}
