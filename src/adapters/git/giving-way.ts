import { FaultError } from '../../model/fault.ts'
import { unreachable } from './git-fault.ts'

/** Time for which a fetch may hold up one that is more urgent, in milliseconds. */
const LONGEST_MS = 2_000

/** A fetch was given up for a more urgent one, which says nothing of the remote. */
export class GaveWay extends FaultError {
  override readonly name = 'GaveWay'
}

/** Gives fetches up where more urgent ones wait for them. */
export class GivingWay {
  readonly #url: string
  readonly #less = new Set<LessUrgent>()
  /** Number of fetches that are urgent, under way or not. */
  #urgent = 0

  /** @param url of the remote, without credentials */
  constructor(url: string) {
    this.#url = url
  }

  /** Runs what others give way to, which begins with the wait for its turn. */
  async urgently<Result>(action: () => Promise<Result>): Promise<Result> {
    this.#urgent += 1
    for (const other of this.#less) other.giveWay()
    try {
      return await action()
    } finally {
      this.#urgent -= 1
      if (this.#urgent === 0) for (const other of this.#less) other.goOn()
    }
  }

  /** Runs what gives way, whose turn has come. @param action gets a signal that aborts with GaveWay, too */
  async lessUrgently<Result>(
    action: (signal: AbortSignal) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const running = new LessUrgent(this.#url)
    this.#less.add(running)
    if (this.#urgent > 0) running.giveWay()
    try {
      return await action(signal ? AbortSignal.any([signal, running.signal]) : running.signal)
    } finally {
      running.goOn()
      this.#less.delete(running)
    }
  }
}

class LessUrgent {
  readonly #given = new AbortController()
  readonly #since = performance.now()
  readonly #url: string
  #timer: NodeJS.Timeout | undefined

  constructor(url: string) {
    this.#url = url
  }

  get signal(): AbortSignal {
    return this.#given.signal
  }

  /** Gives it up as soon as it has had its time. */
  giveWay(): void {
    const left = Math.max(0, LONGEST_MS - (performance.now() - this.#since))
    const words = 'its answer took too long while the branch had moved'
    this.#timer ??= setTimeout(
      () => this.#given.abort(new GaveWay(unreachable(this.#url, words).fault)),
      left,
    )
  }

  goOn(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
