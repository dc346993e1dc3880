/** Time for which a lane stays slow after a slow request, in milliseconds. */
const SLOW_FOR = 30_000

/** The requests of one installation, or those of none. */
export class Lane {
  readonly name: string
  /** Waiting requests, in order of arrival. */
  readonly waiting = new Set<() => void>()
  /** Number of requests with a place. */
  running = 0
  /** Number of requests in flight that gave up their place. */
  aside = 0
  #slowUntil = 0

  constructor(name: string) {
    this.name = name
  }

  get isIdle(): boolean {
    return this.waiting.size === 0 && this.running === 0 && this.aside === 0
  }

  /** Whether its requests were slow lately. */
  isSlow(now: number): boolean {
    return this.aside > 0 || now < this.#slowUntil
  }

  noteSlow(now: number): void {
    this.#slowUntil = now + SLOW_FOR
  }
}
