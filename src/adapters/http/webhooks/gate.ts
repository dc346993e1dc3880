import { LRUCache } from 'lru-cache'
import { TokenBucket } from '../token-bucket.ts'

/** What all senders together may send: a push of many branches is a burst. */
const ALL = { burst: 500, perSecond: 50 }
/** Requests of one address that may fail. More than that, and all of the address are refused for a while. */
const FAILED = { burst: 100, perSecond: 10 }
/** Maximum number of addresses whose failures are known. */
const MOST_ADDRESSES = 1_000

/** Limits the rate of webhooks, so that verifying them takes no more than its share of the process. */
export class Gate {
  readonly #now: () => number
  readonly #all: TokenBucket
  readonly #failed = new LRUCache<string, TokenBucket>({ max: MOST_ADDRESSES })

  /** @param now in milliseconds, of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#all = new TokenBucket(ALL, now())
  }

  /**
   * Whether a request of that address may be looked at. It counts as failed until it has passed, so that many at
   * once are no way around the limit; those that may not be looked at take nothing from others.
   */
  admits(address: string): boolean {
    const now = this.#now()
    const failed = this.#failed.get(address) ?? new TokenBucket(FAILED, now)
    this.#failed.set(address, failed)
    if (!failed.take(now)) return false
    if (this.#all.take(now)) return true
    failed.giveBack()
    return false
  }

  /** Notes that an admitted request of that address was signed. */
  notePassed(address: string): void {
    this.#failed.get(address)?.giveBack()
  }
}
