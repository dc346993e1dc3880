import { Lane } from './lane.ts'

/** Number of lanes above which idle ones are dropped. */
const KEPT = 1_000

/** The lanes of a limiter, and the order of their turns. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  /** Lanes with waiting requests, in the order of their turns. */
  readonly #turns = new Set<Lane>()

  of(name: string): Lane {
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    if (this.#lanes.size >= KEPT)
      for (const [other, lane] of this.#lanes) if (lane.isIdle) this.#lanes.delete(other)
    const lane = new Lane(name)
    this.#lanes.set(name, lane)
    return lane
  }

  wait(lane: Lane, enter: () => void): void {
    lane.waiting.add(enter)
    this.#turns.add(lane)
  }

  leave(lane: Lane, enter: () => void): void {
    lane.waiting.delete(enter)
    if (lane.waiting.size === 0) this.#turns.delete(lane)
  }

  get isAnyWaiting(): boolean {
    return this.#turns.size > 0
  }

  /** Takes out the next waiting request of the lanes that may run one more; undefined if there is none. */
  next(mayEnter: (lane: Lane) => boolean): { readonly lane: Lane; readonly enter: () => void } | undefined {
    for (const lane of this.#turns) {
      const [enter] = lane.waiting
      if (enter === undefined || !mayEnter(lane)) continue
      this.#turns.delete(lane)
      lane.waiting.delete(enter)
      if (lane.waiting.size > 0) this.#turns.add(lane)
      return { lane, enter }
    }
    return undefined
  }
}
