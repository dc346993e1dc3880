/** Of one server. */
interface Queue {
  readonly waiting: (() => void)[]
  taken: number
}

/**
 * Lets so many actions of one server go on at once; the others wait for their turn. Servers do not wait for
 * one another, and an action that takes long gives its turn to another while it goes on.
 */
export class Turns {
  readonly #atOnce: number
  readonly #turnMs: number
  /** Those with turns taken. */
  readonly #queues = new Map<string, Queue>()

  constructor(atOnce: number, turnMs: number) {
    this.#atOnce = atOnce
    this.#turnMs = turnMs
  }

  async run<Result>(server: string, action: () => Promise<Result>): Promise<Result> {
    const giveBack = await this.#take(server)
    const timer = setTimeout(giveBack, this.#turnMs)
    try {
      return await action()
    } finally {
      clearTimeout(timer)
      giveBack()
    }
  }

  /** @returns what gives the turn back; more than once is as once */
  async #take(server: string): Promise<() => void> {
    const queue = this.#queues.get(server) ?? { waiting: [], taken: 0 }
    this.#queues.set(server, queue)
    if (queue.taken < this.#atOnce) queue.taken += 1
    else await new Promise<void>((resolve) => queue.waiting.push(resolve))
    let isTaken = true
    return () => {
      if (isTaken) this.#next(server, queue)
      isTaken = false
    }
  }

  #next(server: string, queue: Queue): void {
    const next = queue.waiting.shift()
    if (next) next()
    else queue.taken -= 1
    if (queue.taken === 0) this.#queues.delete(server)
  }
}
