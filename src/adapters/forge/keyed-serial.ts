/** Runs the actions of one key one after the other. */
export class KeyedSerial {
  readonly #last = new Map<string, Promise<unknown>>()

  async run<Result>(key: string, action: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key)
    // Its own caller hears of its failure.
    const task = before === undefined ? action() : before.then(action, action)
    this.#last.set(key, task)
    try {
      return await task
    } finally {
      if (this.#last.get(key) === task) this.#last.delete(key)
    }
  }
}
