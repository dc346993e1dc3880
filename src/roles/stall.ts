import { describeMs } from '../model/describe-ms.ts'

/** A Reeve that has not been able to follow for so long is not ready, in milliseconds. */
const NOT_READY_AFTER_MS = 5 * 60_000
/** A restart may help one that could not follow for so long, in milliseconds; an exchange may take its time. */
const NOT_HEALTHY_AFTER_MS = 60 * 60_000

/**
 * How long the remote has not given what it was asked for: from the first question since the last good answer.
 * Between good answers nothing is owed, however rare they are. All times in milliseconds.
 */
export class Stall {
  readonly #now: () => number
  #since: number | undefined
  #reason = ''

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** How long it has lasted; 0 where there is none. */
  get ms(): number {
    return this.#since === undefined ? 0 : this.#now() - this.#since
  }

  /** The remote is asked. */
  begin(): void {
    this.#since ??= this.#now()
  }

  /** It did not answer, or not as it should. */
  fail(reason: string): void {
    this.#reason = reason
  }

  /** All that was asked for is here. */
  end(): void {
    this.#since = undefined
    this.#reason = ''
  }

  /** Why the process is not ready; undefined where it is. */
  get notReady(): string | undefined {
    return this.ms > NOT_READY_AFTER_MS ? this.#text : undefined
  }

  /** Why the process is not healthy; undefined where it is. @param exchangeMs how long one exchange may take */
  notHealthy(exchangeMs: number): string | undefined {
    return this.ms > NOT_HEALTHY_AFTER_MS + exchangeMs ? this.#text : undefined
  }

  get #text(): string {
    const reason = this.#reason === '' ? 'the Git remote is still asked' : this.#reason
    return `the branch has not been followed for ${describeMs(this.ms)}: ${reason}`
  }
}
