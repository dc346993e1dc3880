/** What a directory weighs without its files, in bytes: it is an installation. */
const DIRECTORY = 5_000
/** Share of the budget by which it is exceeded before directories are sorted. */
const SLACK = 1 / 4

/**
 * Bounds what the documents of a commit weigh together, while they are read: the largest directories exceed the
 * budget. So small ones never go because of large ones, in whatever order they are read.
 */
export class DocumentsRoom {
  readonly #budget: number
  /** Weights by the name of the directory. */
  readonly #kept = new Map<string, number>()
  readonly #gone = new Set<string>()
  #total = 0

  /** @param budget in bytes */
  constructor(budget: number) {
    this.#budget = budget
  }

  /** Whether a directory is beyond the budget. */
  isGone(name: string): boolean {
    return this.#gone.has(name)
  }

  /** Adds to the weight of a directory, in bytes. @returns names of directories beyond the budget, to be let go */
  add(name: string, weight: number): readonly string[] {
    if (this.isGone(name)) return []
    const known = this.#kept.get(name) ?? 0
    const more = known === 0 ? weight + DIRECTORY : weight
    this.#kept.set(name, known + more)
    this.#total += more
    return this.#total > this.#budget * (1 + SLACK) ? this.shrink() : []
  }

  /** Call it at the end. @returns names of directories beyond the budget, to be let go */
  shrink(): readonly string[] {
    if (this.#total <= this.#budget) return []
    const gone: string[] = []
    const largest = [...this.#kept].sort(([a, one], [b, other]) => other - one || (a < b ? 1 : -1))
    for (const [name, weight] of largest) {
      if (this.#total <= this.#budget) break
      this.#kept.delete(name)
      this.#gone.add(name)
      this.#total -= weight
      gone.push(name)
    }
    return gone
  }
}
