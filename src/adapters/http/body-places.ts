/**
 * Places for bodies that arrive. With all of them taken, the body that began first gives up its place: bodies of
 * those who mean well arrive within milliseconds.
 */
export class BodyPlaces {
  readonly #limit: number
  readonly #taken = new Set<AbortController>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a place, until disposal. Its signal is aborted when another body needs the place. */
  take(): Disposable & { readonly lost: AbortSignal } {
    const place = new AbortController()
    const [first] = this.#taken
    if (first !== undefined && this.#taken.size >= this.#limit) {
      this.#taken.delete(first)
      first.abort()
    }
    this.#taken.add(place)
    return { lost: place.signal, [Symbol.dispose]: () => void this.#taken.delete(place) }
  }
}
