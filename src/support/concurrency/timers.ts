/** Named timers: one name, one timer. */
export class Timers implements Disposable {
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #tasks = new Map<string, () => void>()
  #closed = false

  /** Runs `task` after `delay` milliseconds; replaces a timer of the same name. */
  set(name: string, delay: number, task: () => void): void {
    if (this.#closed) return
    clearTimeout(this.#timers.get(name))
    this.#tasks.set(name, task)
    this.#timers.set(
      name,
      setTimeout(() => this.#run(name), delay),
    )
  }

  /** Runs `task` after `delay` milliseconds, unless there is a timer of that name. */
  setOnce(name: string, delay: number, task: () => void): void {
    if (!this.has(name)) this.set(name, delay, task)
  }

  /** Runs all pending tasks now. */
  runAll(): void {
    for (const name of [...this.#timers.keys()]) this.#run(name)
  }

  has(name: string): boolean {
    return this.#timers.has(name)
  }

  cancel(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
    this.#tasks.delete(name)
  }

  #run(name: string): void {
    const task = this.#tasks.get(name)
    this.cancel(name)
    task?.()
  }

  /** Cancels all timers, and accepts no more. */
  [Symbol.dispose](): void {
    this.#closed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#tasks.clear()
  }
}
