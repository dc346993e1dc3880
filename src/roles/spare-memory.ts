import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Nothing has been done for so long, in milliseconds: a pause of a few hundredths of a second harms nobody. */
const QUIET_MS = 10_000
/** The resident set has to have grown by this since it was last given back, or the pause is for nothing. */
const GROWTH = 1.2

/**
 * Gives memory back to the system once there is nothing to do: V8 keeps what a first sync or a large
 * commit took for as long as nothing more is asked of it.
 */
export class SpareMemory implements Disposable {
  readonly #quietMs: number
  #timer: NodeJS.Timeout | undefined
  /** The resident set after it was last given back, in bytes. */
  #least = 0

  constructor(quietMs = QUIET_MS) {
    this.#quietMs = quietMs
  }

  /** Something was done. */
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
 * Node shows the collector of V8 only where it is asked to. The flag is the whole process's: where another
 * thread takes it back meanwhile, nothing is collected this time.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const gc: NodeJS.GCFunction | undefined = runInNewContext('globalThis.gc')
  setFlagsFromString('--no-expose-gc')
  gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
