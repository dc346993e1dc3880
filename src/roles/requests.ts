import type { WorkRequest } from '../model/work-request.ts'

type Listener = (request: WorkRequest) => void

/** Requests, by a signal or a webhook, for work at once; the parts that can do it listen. */
export class Requests {
  readonly #listeners = new Set<Listener>()

  /** @returns a function that removes the listener */
  onRequest(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  request(request: WorkRequest): void {
    for (const listener of this.#listeners) listener(request)
  }
}
