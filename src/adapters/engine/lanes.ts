import type { EngineLimits } from './engine.ts'
import type { Job } from './job.ts'
import { LongLane } from './long-lane.ts'
import { Supervisor } from './supervisor.ts'

/** Working time after which a rendering makes room for waiting ones, in milliseconds. */
const BRIEF_MS = 300

/**
 * Renders on several lanes, each with programs of its own, so that a slow or crashing rendering does not
 * delay the others. Quick renderings share a program; those that may have crashed it run again alone, which
 * shows the culprit; long ones run alone, too.
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

  /** Ends the programs; unfinished renderings get an answer that says so. */
  [Symbol.dispose](): void {
    for (const lane of [this.#quick, this.#alone, this.#long]) lane[Symbol.dispose]()
  }
}
