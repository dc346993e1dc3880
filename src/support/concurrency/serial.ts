/** Runs actions one after the other. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve()

  /**
   * @param waiting when it is aborted an action that has not begun is left out: rejects with its reason
   */
  run<Result>(action: () => Promise<Result>, waiting?: AbortSignal): Promise<Result> {
    let hasBegun = false
    const next = this.#last.then(() => {
      waiting?.throwIfAborted()
      hasBegun = true
      return action()
    })
    this.#last = next.catch(() => undefined)
    if (waiting === undefined) return next
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    waiting.addEventListener('abort', () => hasBegun || reject(waiting.reason), { once: true })
    next.then(resolve, reject)
    return promise
  }

  /** Resolves when all that was asked for so far is done. */
  async idle(): Promise<void> {
    await this.#last
  }
}
