/** Who has a place at each operation, of which there are so many, and who waits for one. */
export class Places {
  readonly #onFree: (name: string) => void
  readonly #taken = new Map<string, Set<string>>()
  readonly #waiting = new Map<string, Set<string>>()

  /** @param onFree called with the name of one that waits, which may take a place now */
  constructor(onFree: (name: string) => void) {
    this.#onFree = onFree
  }

  /** Whether it has a place now; else it is told when there may be one. */
  take(operation: string, name: string, most: number): boolean {
    const taken = setIn(this.#taken, operation)
    const waiting = setIn(this.#waiting, operation)
    if (!taken.has(name) && taken.size >= most) {
      waiting.add(name)
      return false
    }
    taken.add(name)
    waiting.delete(name)
    return true
  }

  leave(operation: string, name: string): void {
    if (!setIn(this.#taken, operation).delete(name)) return
    const waiting = setIn(this.#waiting, operation)
    const [next] = waiting
    if (next === undefined) return
    waiting.delete(next)
    this.#onFree(next)
  }

  /** One that needs no place any more. */
  forget(name: string): void {
    for (const waiting of this.#waiting.values()) waiting.delete(name)
    for (const operation of this.#taken.keys()) this.leave(operation, name)
  }
}

function setIn(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key)
  if (known) return known
  const made = new Set<string>()
  sets.set(key, made)
  return made
}
