/** The nodes that a node points to. */
type Next = (name: string) => readonly string[]

/**
 * Numbers the strongly connected components of a graph, in time linear to its edges: two nodes are on one cycle
 * exactly if they have the same number.
 */
export function cyclesIn(names: Iterable<string>, next: Next): ReadonlyMap<string, number> {
  const search = new Search(next)
  for (const name of names) search.from(name)
  return search.components
}

/** A node on the way, and what it points to that is not yet visited. */
interface Visit {
  readonly name: string
  readonly left: Iterator<string>
}

/** Tarjan's search, without recursion: chains may be long. */
class Search {
  readonly components = new Map<string, number>()
  readonly #next: Next
  /** Position of each visited node among the visited ones. */
  readonly #order = new Map<string, number>()
  /** The first position that each node leads back to, as far as known. */
  readonly #lowest = new Map<string, number>()
  /** Visited nodes without a component. */
  readonly #open: string[] = []
  #count = 0

  constructor(next: Next) {
    this.#next = next
  }

  from(start: string): void {
    if (this.#order.has(start)) return
    const path = [this.#visit(start)]
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const { value: other } = at.left.next()
      if (other === undefined) {
        path.pop()
        this.#leave(at.name, path.at(-1)?.name)
      } else if (!this.#order.has(other)) path.push(this.#visit(other))
      else if (!this.components.has(other)) this.#lower(at.name, this.#order.get(other) ?? 0)
    }
  }

  #visit(name: string): Visit {
    const position = this.#order.size
    this.#order.set(name, position)
    this.#lowest.set(name, position)
    this.#open.push(name)
    return { name, left: this.#next(name).values() }
  }

  #lower(name: string, to: number): void {
    this.#lowest.set(name, Math.min(this.#lowest.get(name) ?? to, to))
  }

  #leave(name: string, outer: string | undefined): void {
    const lowest = this.#lowest.get(name) ?? 0
    if (lowest === this.#order.get(name)) this.#close(name)
    if (outer !== undefined) this.#lower(outer, lowest)
  }

  #close(first: string): void {
    let member: string | undefined
    do {
      member = this.#open.pop()
      if (member !== undefined) this.components.set(member, this.#count)
    } while (member !== undefined && member !== first)
    this.#count += 1
  }
}
