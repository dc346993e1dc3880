/** Lets at most so many tasks run at once; the others wait in the order in which they came. */
export class Limiter {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  #next = 0
  #running = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running < this.#limit) this.#running++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      signal?.throwIfAborted()
      return await task()
    } finally {
      this.#leave()
    }
  }

  /** Hands the place to whoever waits longest. */
  #leave(): void {
    const enter = this.#waiting[this.#next]
    if (enter === undefined) {
      this.#running--
      return
    }
    this.#next++
    enter()
    if (this.#next === this.#waiting.length || this.#next > 1000) {
      this.#waiting.splice(0, this.#next)
      this.#next = 0
    }
  }
}
