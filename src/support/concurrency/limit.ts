export interface LimitOptions {
  /** Maximum number of concurrent actions; the others wait in order. */
  readonly atOnce: number
  /** Slow actions give their place to others; without it, they keep it. */
  readonly slow?: {
    /** Time after which an action is slow, in milliseconds. */
    readonly afterMs: number
    /** Maximum number of slow actions without a place; any more keep theirs. */
    readonly atOnce: number
  }
}

/** Limits the number of concurrent actions. */
export class Limit {
  readonly #options: LimitOptions
  readonly #waiting = new Set<() => void>()
  #free: number
  #slow = 0

  constructor(options: LimitOptions) {
    this.#options = options
    this.#free = options.atOnce
  }

  /** @param waiting aborts the wait of an action that has not begun: rejects with its reason */
  async run<Result>(action: () => Promise<Result>, waiting?: AbortSignal): Promise<Result> {
    waiting?.throwIfAborted()
    await this.#enter(waiting)
    const leave = this.#begin()
    try {
      return await action()
    } finally {
      leave()
    }
  }

  async #enter(waiting: AbortSignal | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      this.#waiting.delete(resolve)
      reject(waiting?.reason)
    }
    this.#waiting.add(resolve)
    waiting?.addEventListener('abort', giveUp, { once: true })
    await promise
    waiting?.removeEventListener('abort', giveUp)
  }

  /** @returns a function that ends the action, which has a place now */
  #begin(): () => void {
    const { slow } = this.#options
    if (slow === undefined) return () => this.#handOver()
    let isSlow = false
    const timer = setTimeout(() => {
      if (this.#slow >= slow.atOnce) return
      isSlow = true
      this.#slow += 1
      this.#handOver()
    }, slow.afterMs)
    return () => {
      clearTimeout(timer)
      if (isSlow) this.#slow -= 1
      else this.#handOver()
    }
  }

  #handOver(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#free += 1
    else {
      this.#waiting.delete(next)
      next()
    }
  }
}
