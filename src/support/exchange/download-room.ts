/** A download that was given up, as all under way together took more memory than there is for them. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom'

  /** @param largest in bytes */
  constructor(largest: number) {
    super(
      `all that is fetched at once may take ${Math.floor(largest / 1024 ** 2)} MiB: it is fetched again later`,
    )
  }
}

/** The part of the room that one download takes, until it is disposed. */
export interface DownloadClaim extends Disposable {
  /**
   * Counts bytes that came, twice: they are joined in the end.
   * @throws NoRoom if it was given up
   */
  readonly take: (bytes: number) => void
  /** Counts from nothing, for another try. */
  readonly begin: () => void
  /** Aborted with NoRoom when it is given up. */
  readonly signal: AbortSignal
}

interface Taken {
  bytes: number
  readonly abort: AbortController
}

/** The parts of a download, and all of it. */
const JOINED = 2
/** A download of up to this part of the room is small. */
const SMALL = 1 / 16

/**
 * Bounds the memory of all downloads under way: tens of slow servers could each send what one of them may. One that
 * exceeds the room is given up, so that those before it end; a small one ends the largest instead.
 */
export class DownloadRoom {
  readonly #largest: number
  readonly #all = new Set<Taken>()
  #used = 0

  /** @param largest in bytes */
  constructor(largest: number) {
    this.#largest = largest
  }

  claim(): DownloadClaim {
    const taken: Taken = { bytes: 0, abort: new AbortController() }
    const { signal } = taken.abort
    this.#all.add(taken)
    return {
      signal,
      take: (bytes) => {
        signal.throwIfAborted()
        taken.bytes += JOINED * bytes
        this.#used += JOINED * bytes
        if (this.#used > this.#largest) this.#giveUp(this.#isSmall(taken) ? this.#largestTaken() : taken)
        signal.throwIfAborted()
      },
      begin: () => {
        if (this.#all.has(taken)) this.#used -= taken.bytes
        taken.bytes = 0
      },
      [Symbol.dispose]: () => this.#free(taken),
    }
  }

  #isSmall({ bytes }: Taken): boolean {
    return bytes <= this.#largest * SMALL
  }

  #largestTaken(): Taken {
    return [...this.#all].reduce((one, other) => (other.bytes > one.bytes ? other : one))
  }

  #giveUp(taken: Taken): void {
    this.#free(taken)
    taken.abort.abort(new NoRoom(this.#largest))
  }

  #free(taken: Taken): void {
    if (this.#all.delete(taken)) this.#used -= taken.bytes
  }
}
