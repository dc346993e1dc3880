interface Event {
  readonly time: number
  readonly run: () => void
}

/** A clock that goes from event to event, and that may be set wrong. Times are ms since the epoch. */
export class VirtualClock {
  /** Time that has really passed. */
  time: number
  /** How much what the clock shows is ahead of that. */
  ahead = 0
  readonly #events: Event[] = []

  constructor(time: number) {
    this.time = time
  }

  /** What the clock shows. */
  get now(): number {
    return this.time + this.ahead
  }

  /** Time of the next event; undefined where there is none. */
  get next(): number | undefined {
    return this.#events.at(-1)?.time
  }

  /** Runs something after a delay; what is due at the same time runs in the order that it was asked for. */
  after(delay: number, run: () => void): void {
    const time = this.time + Math.max(0, delay)
    let index = this.#events.length
    while (index > 0 && (this.#events[index - 1]?.time ?? 0) <= time) index -= 1
    this.#events.splice(index, 0, { time, run })
  }

  /** Goes to the time of the next event, or to `time` if that is earlier, and runs all that is due. */
  advance(time = Number.POSITIVE_INFINITY): void {
    this.time = Math.max(this.time, Math.min(this.next ?? time, time))
    while (this.next !== undefined && this.next <= this.time) this.#events.pop()?.run()
  }
}
