/** Runs actions one after the other. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve()

  run<Result>(action: () => Promise<Result>): Promise<Result> {
    const next = this.#last.then(action)
    this.#last = next.catch(() => undefined)
    return next
  }

  /** Resolves when all that was asked for so far is done. */
  async idle(): Promise<void> {
    await this.#last
  }
}
