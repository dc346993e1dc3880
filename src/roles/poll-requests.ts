/** Requests to ask the remote now, by a signal or a webhook: whichever part can act on them listens. */
export class PollRequests {
  readonly #listeners = new Set<() => void>()

  /** @returns ends it */
  onRequest(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  request(): void {
    for (const listener of this.#listeners) listener()
  }
}
