import type { EngineLimits } from './engine.ts'
import type { Job } from './job.ts'
import { LongLane } from './long-lane.ts'
import { Supervisor } from './supervisor.ts'

/** What works for longer, in milliseconds, makes room where others wait. */
const BRIEF_MS = 300

/**
 * Renders on several lanes, each with a program of its own, so that nothing that takes long or makes the
 * program end keeps the others waiting: what is quick goes together; what the program may have died of goes
 * alone, which shows whether it did; and what takes long goes alone, too.
 */
export class Lanes implements Disposable {
  readonly #quick: Supervisor
  readonly #alone: Supervisor
  readonly #long: LongLane

  constructor(program: string, limits: EngineLimits) {
    this.#long = new LongLane(program, limits, BRIEF_MS)
    const brief = { ms: BRIEF_MS, giveAway: (job: Job) => this.#long.add(job) }
    this.#alone = new Supervisor(program, { ...limits, parallel: 1, brief })
    this.#quick = new Supervisor(program, { ...limits, brief, suspect: (job) => this.#alone.add(job) })
  }

  add(job: Job): void {
    if (this.#long.takes(job)) this.#long.add(job)
    else this.#quick.add(job)
  }

  /** Ends the programs; what is not done yet gets an answer that says so. */
  [Symbol.dispose](): void {
    for (const lane of [this.#quick, this.#alone, this.#long]) lane[Symbol.dispose]()
  }
}
