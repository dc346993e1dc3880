/** Names that wait for their turn, each once. */
export class Turns {
  /** Name → when it is due (performance.now()). */
  readonly #waiting = new Map<string, number>()

  /** @param yieldMs time for which it lets others go first, @returns whether it did not wait yet */
  add(name: string, yieldMs: number): boolean {
    if (this.#waiting.has(name)) return false
    this.#waiting.set(name, performance.now() + yieldMs)
    return true
  }

  /** Takes the one that was due first. */
  take(): string | undefined {
    let first: readonly [name: string, due: number] | undefined
    for (const each of this.#waiting) if (first === undefined || each[1] < first[1]) first = each
    if (first) this.#waiting.delete(first[0])
    return first?.[0]
  }
}
