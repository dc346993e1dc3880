import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Idle time before collecting, in milliseconds: a pause of hundredths of a second then does no harm. */
const QUIET_MS = 10_000
/** Minimum growth of the resident set since the last collection; below it, the pause gains nothing. */
const GROWTH = 1.2

/**
 * Returns memory to the system when there is nothing to do: an idle V8 keeps what a first sync or a large
 * commit took.
 */
export class SpareMemory implements Disposable {
  readonly #quietMs: number
  #timer: NodeJS.Timeout | undefined
  /** Resident set after the last collection, in bytes. */
  #least = 0

  constructor(quietMs = QUIET_MS) {
    this.#quietMs = quietMs
  }

  /** Notes activity, which restarts the idle time. */
  note(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#giveBack(), this.#quietMs)
    this.#timer.unref()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  #giveBack(): void {
    if (process.memoryUsage.rss() < this.#least * GROWTH) return
    collectGarbage()
    this.#least = process.memoryUsage.rss()
  }
}

/**
 * Node exposes V8's garbage collector only on request. The flag applies to the whole process: if another
 * thread resets it meanwhile, nothing is collected this time.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const gc: NodeJS.GCFunction | undefined = runInNewContext('globalThis.gc')
  setFlagsFromString('--no-expose-gc')
  gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
