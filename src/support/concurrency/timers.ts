/** Named timers: one name, one timer. */
export class Timers implements Disposable {
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #closed = false

  /** Runs `task` after `delay` milliseconds; replaces a timer of the same name. */
  set(name: string, delay: number, task: () => void): void {
    if (this.#closed) return
    clearTimeout(this.#timers.get(name))
    const timer = setTimeout(() => {
      this.#timers.delete(name)
      task()
    }, delay)
    this.#timers.set(name, timer)
  }

  /** Runs `task` after `delay` milliseconds, unless there is a timer of that name. */
  setOnce(name: string, delay: number, task: () => void): void {
    if (!this.has(name)) this.set(name, delay, task)
  }

  has(name: string): boolean {
    return this.#timers.has(name)
  }

  cancel(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
  }

  /** Cancels all timers, and accepts no more. */
  [Symbol.dispose](): void {
    this.#closed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
