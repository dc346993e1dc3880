/** What of an installation is to be looked at: everything, or just these. */
export type Scope<Id> = 'all' | ReadonlySet<Id>

/**
 * Who has work to do: each name is worked on by one worker at a time, and what comes up meanwhile is
 * gathered for its next round. Different names are worked on at the same time.
 */
export class WorkQueue<Id> implements AsyncDisposable {
  readonly #work: (name: string, scope: Scope<Id>) => Promise<void>
  readonly #due = new Map<string, Scope<Id>>()
  readonly #running = new Map<string, Promise<void>>()
  #stopped = false

  /** @param work does the work; a rejection is the caller's own bug and ends the process */
  constructor(work: (name: string, scope: Scope<Id>) => Promise<void>) {
    this.#work = work
  }

  add(name: string, scope: Scope<Id>): void {
    if (this.#stopped) return
    this.#due.set(name, union(this.#due.get(name), scope))
    if (this.#running.has(name)) return
    this.#running.set(name, this.#run(name))
  }

  /** Resolves when nobody has anything to do. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  /** Takes no more work in; resolves when what is under way is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#due.clear()
    await this.idle()
  }

  async #run(name: string): Promise<void> {
    await undefined // so that what is added in the same breath is one round
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
