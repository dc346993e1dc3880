export interface BucketOptions {
  /** Tokens of a full bucket. */
  readonly burst: number
  /** Tokens that come back each second. */
  readonly perSecond: number
}

/** Allowance of something that may happen at a rate, and in bursts. */
export class TokenBucket {
  readonly #options: BucketOptions
  #tokens: number
  #filledAt: number

  /** @param now in milliseconds, like all times here, of a clock that never goes back */
  constructor(options: BucketOptions, now: number) {
    this.#options = options
    this.#tokens = options.burst
    this.#filledAt = now
  }

  /** Takes a token if there is one. */
  take(now: number): boolean {
    this.#add(((now - this.#filledAt) / 1_000) * this.#options.perSecond)
    this.#filledAt = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** Puts back a token that was taken for nothing. */
  giveBack(): void {
    this.#add(1)
  }

  #add(tokens: number): void {
    this.#tokens = Math.min(this.#options.burst, this.#tokens + tokens)
  }
}
