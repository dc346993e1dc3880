import type { Random } from '../../../helpers/random.ts'
import type { VirtualClock } from './clock.ts'
import { HOUR, MINUTE } from './times.ts'

/** In ms. */
export const LONGEST_CHECK = 2 * HOUR

interface Check {
  /** When its result is known, by the time that really passed. */
  readonly ends: number
  readonly fails: boolean
}

/** Checks of what groups are at: most revisions have none, and some fail long after all members are well. */
export class Checks {
  readonly #random: Random
  readonly #clock: VirtualClock
  readonly #checks = new Map<string, Check | undefined>()

  constructor(random: Random, clock: VirtualClock) {
    this.#random = random
    this.#clock = clock
  }

  /** Begins the check of what a group has taken. */
  begin(group: string, digest: string): void {
    const key = `${group} ${digest}`
    if (this.#checks.has(key)) return
    const random = this.#random
    const delay = random.pick([MINUTE, 20 * MINUTE, LONGEST_CHECK])
    const check = random.chance(0.15)
      ? { ends: this.#clock.time + delay, fails: random.chance(0.3) }
      : undefined
    this.#checks.set(key, check)
    if (check) this.#clock.after(delay, () => {})
  }

  isChecking(group: string, digest: string): boolean {
    const check = this.#checks.get(`${group} ${digest}`)
    return check !== undefined && this.#clock.time < check.ends
  }

  hasFailed(group: string, digest: string): boolean {
    const check = this.#checks.get(`${group} ${digest}`)
    return check !== undefined && this.#clock.time >= check.ends && check.fails
  }
}
