/** The part of an installation to work on: everything, or just these. */
export type Scope<Id> = 'all' | ReadonlySet<Id>

/**
 * Queues work by name: one worker at a time handles a name, and work added meanwhile is merged for its next
 * round. Different names are handled concurrently.
 */
export class WorkQueue<Id> implements AsyncDisposable {
  readonly #work: (name: string, scope: Scope<Id>) => Promise<void>
  readonly #due = new Map<string, Scope<Id>>()
  readonly #running = new Map<string, Promise<void>>()
  #stopped = false

  /** @param work does the work; a rejection is a bug of the caller and ends the process */
  constructor(work: (name: string, scope: Scope<Id>) => Promise<void>) {
    this.#work = work
  }

  add(name: string, scope: Scope<Id>): void {
    if (this.#stopped) return
    this.#due.set(name, union(this.#due.get(name), scope))
    if (this.#running.has(name)) return
    this.#running.set(name, this.#run(name))
  }

  /** Resolves when no work is left. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  /** Accepts no more work; resolves when work under way is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#due.clear()
    await this.idle()
  }

  async #run(name: string): Promise<void> {
    await undefined // so that work added in the same tick is one round
    try {
      for (let scope = this.#take(name); scope !== undefined; scope = this.#take(name))
        await this.#work(name, scope)
    } finally {
      this.#running.delete(name)
    }
  }

  #take(name: string): Scope<Id> | undefined {
    const scope = this.#due.get(name)
    this.#due.delete(name)
    return scope
  }
}

function union<Id>(a: Scope<Id> | undefined, b: Scope<Id>): Scope<Id> {
  if (a === undefined) return b
  return a === 'all' || b === 'all' ? 'all' : new Set([...a, ...b])
}
