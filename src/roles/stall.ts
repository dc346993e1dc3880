import { describeMs } from '../model/describe-ms.ts'

/** Time without following the branch after which a process is not ready, in milliseconds. */
const NOT_READY_AFTER_MS = 5 * 60_000
/** Time after which a restart may help, in milliseconds; one exchange may take its own time on top. */
const NOT_HEALTHY_AFTER_MS = 60 * 60_000

/**
 * Time for which the remote has owed an answer: since the first request after its last good answer. Between
 * good answers, however rare, nothing is owed. All times in milliseconds.
 */
export class Stall {
  readonly #now: () => number
  #since: number | undefined
  #reason = ''

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Duration of the stall; 0 if there is none. */
  get ms(): number {
    return this.#since === undefined ? 0 : this.#now() - this.#since
  }

  /** Notes a request to the remote. */
  begin(): void {
    this.#since ??= this.#now()
  }

  /** Notes a missing or bad answer. */
  fail(reason: string): void {
    this.#reason = reason
  }

  /** Notes that everything requested is here. */
  end(): void {
    this.#since = undefined
    this.#reason = ''
  }

  /** Why the process is not ready; undefined if it is. */
  get notReady(): string | undefined {
    return this.ms > NOT_READY_AFTER_MS ? this.#text : undefined
  }

  /**
   * Why the process is not healthy; undefined if it is.
   * @param exchangeMs maximum time of one exchange
   */
  notHealthy(exchangeMs: number): string | undefined {
    return this.ms > NOT_HEALTHY_AFTER_MS + exchangeMs ? this.#text : undefined
  }

  get #text(): string {
    const reason = this.#reason === '' ? 'still waiting for the Git remote' : this.#reason
    return `the branch has not been followed for ${describeMs(this.ms)}: ${reason}`
  }
}
