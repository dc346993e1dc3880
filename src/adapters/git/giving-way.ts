import { FaultError } from '../../model/fault.ts'
import { unreachable } from './git-fault.ts'

/** Time for which a fetch may hold up one that is more urgent, in milliseconds. */
const LONGEST_MS = 2_000

/** A fetch was given up for a more urgent one, which says nothing of the remote. */
export class GaveWay extends FaultError {
  override readonly name = 'GaveWay'
}

/** A fetch that is given up where a more urgent one waits for it. */
export class GivingWay {
  readonly #given = new AbortController()
  readonly #since = performance.now()
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Aborts once it has given way. */
  get signal(): AbortSignal {
    return this.#given.signal
  }

  /** Gives it up as soon as it has had its time. @returns cancels that */
  giveWay(): () => void {
    const left = Math.max(0, LONGEST_MS - (performance.now() - this.#since))
    const words = 'its answer took too long while the branch had moved'
    const reason = new GaveWay(unreachable(this.#url, words).fault)
    const timer = setTimeout(() => this.#given.abort(reason), left)
    return () => clearTimeout(timer)
  }
}
