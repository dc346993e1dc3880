export interface TurnsOptions {
  /** So many actions go on at once; the others wait for their turn. */
  readonly atOnce: number
  /** What goes on for longer, in milliseconds, takes no turn from others any more. */
  readonly slowAfterMs: number
  /** So many may be slow; beyond that they keep their turns. */
  readonly slowAtOnce: number
}

/** Lets so many actions go on at once, of which those that hang do not keep the others waiting. */
export class Turns {
  readonly #options: TurnsOptions
  readonly #waiting: (() => void)[] = []
  #free: number
  #slow = 0

  constructor(options: TurnsOptions) {
    this.#options = options
    this.#free = options.atOnce
  }

  async run<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    let isSlow = false
    const timer = setTimeout(() => {
      if (this.#slow >= this.#options.slowAtOnce) return
      isSlow = true
      this.#slow += 1
      this.#leave()
    }, this.#options.slowAfterMs)
    try {
      return await action()
    } finally {
      clearTimeout(timer)
      if (isSlow) this.#slow -= 1
      else this.#leave()
    }
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free += 1
  }
}
