/** Requests, by a signal or a webhook, to ask the remote now; the parts that can act on them listen. */
export class PollRequests {
  readonly #listeners = new Set<() => void>()

  /** @returns a function that removes the listener */
  onRequest(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  request(): void {
    for (const listener of this.#listeners) listener()
  }
}
