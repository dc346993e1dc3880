/** Delays before the remote is asked again, in milliseconds. */
const AGAIN_AFTER_MS = [1_000, 5_000, 20_000]

/**
 * Has the remote asked again where it was told to have something new and did not have it: a forge may tell of a push
 * before each of its servers knows of it.
 */
export class ExpectedNews implements Disposable {
  readonly #ask: () => void
  #delays: readonly number[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(ask: () => void) {
    this.#ask = ask
  }

  /** Notes that there is something new. */
  expect(): void {
    this.#delays = AGAIN_AFTER_MS
  }

  /** Notes an answer of the remote. */
  noteAnswer(isNew: boolean): void {
    clearTimeout(this.#timer)
    const [delay, ...others] = isNew ? [] : this.#delays
    this.#delays = others
    if (delay !== undefined) this.#timer = setTimeout(this.#ask, delay)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#delays = []
  }
}
