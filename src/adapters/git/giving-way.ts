import { unreachable } from './git-fault.ts'

/** Time for which a fetch may hold up one that is more urgent, in milliseconds. */
const LONGEST_MS = 2_000

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
    const reason = unreachable(this.#url, 'its answer took too long while the branch had moved')
    const timer = setTimeout(() => this.#given.abort(reason), left)
    return () => clearTimeout(timer)
  }
}
