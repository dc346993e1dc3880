interface Turn {
  /** Nobody has been told anything yet: it comes before all that were. */
  readonly isFirst: boolean
  /** As performance.now(). */
  readonly due: number
}

/** Names that wait for their turn, each once. */
export class Turns {
  readonly #waiting = new Map<string, Turn>()

  /**
   * @param yieldMs time for which it lets others of its sort go first
   * @returns whether it did not wait yet
   */
  add(name: string, { isFirst, yieldMs }: { readonly isFirst: boolean; readonly yieldMs: number }): boolean {
    const known = this.#waiting.get(name)
    if (known === undefined || (isFirst && !known.isFirst))
      this.#waiting.set(name, { isFirst, due: performance.now() + yieldMs })
    return known === undefined
  }

  /** Takes the one that was due first. */
  take(): string | undefined {
    let first: readonly [name: string, turn: Turn] | undefined
    for (const each of this.#waiting) if (first === undefined || isBefore(each[1], first[1])) first = each
    if (first) this.#waiting.delete(first[0])
    return first?.[0]
  }
}

function isBefore(one: Turn, other: Turn): boolean {
  return one.isFirst === other.isFirst ? one.due < other.due : one.isFirst
}
