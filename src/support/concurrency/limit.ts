export interface LimitOptions {
  /** Maximum number of actions under way; the others wait in order. */
  readonly atOnce: number
  /** Actions that take long give their place to others; without it, they keep it. */
  readonly slow?: {
    /** Time after which an action takes long, in milliseconds. */
    readonly afterMs: number
    /** Maximum number of actions that go on without a place; beyond that they keep theirs. */
    readonly atOnce: number
  }
}

/** Limits how many actions are under way at the same time. */
export class Limit {
  readonly #options: LimitOptions
  readonly #waiting = new Set<() => void>()
  #free: number
  #slow = 0

  constructor(options: LimitOptions) {
    this.#options = options
    this.#free = options.atOnce
  }

  /**
   * @param waiting when it is aborted an action that has not begun is left out: rejects with its reason
   */
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

  /** @returns what ends the action that has a place now */
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
