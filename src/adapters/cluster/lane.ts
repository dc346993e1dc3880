/** For so long after a request that took long, in milliseconds, others of its lane are expected to. */
const SLOW_FOR = 30_000

/** The requests of one installation, or those that belong to none. */
export class Lane {
  readonly name: string
  /** Those that wait for their turn, in the order in which they came. */
  readonly waiting = new Set<() => void>()
  /** How many have a place. */
  running = 0
  /** How many are under way that gave their place to others. */
  aside = 0
  #slowUntil = 0

  constructor(name: string) {
    this.name = name
  }

  get isIdle(): boolean {
    return this.waiting.size === 0 && this.running === 0 && this.aside === 0
  }

  /** Whether its requests take long, as far as was seen lately. */
  isSlow(now: number): boolean {
    return this.aside > 0 || now < this.#slowUntil
  }

  noteSlow(now: number): void {
    this.#slowUntil = now + SLOW_FOR
  }
}
