import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { cut } from '../../model/cut.ts'
import { faultOf } from '../../model/fault.ts'
import type { HookRun } from '../../model/hook-run.ts'
import { idOf, type KubernetesObject, keyOf, type ObjectId } from '../../model/object.ts'
import { printable } from '../../model/printable.ts'
import { Limit } from '../../support/concurrency/limit.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import { askJob, type JobState } from './ask-job.ts'

export interface RunningJobsOptions {
  readonly client: ClusterClient
  /** Label by which it is known whose Job it is. */
  readonly label: string
  /** Called when there is something new to tell of a Job of an installation. */
  readonly onNews: (installation: string) => void
  readonly log: Log
}

/** A Job that is to run to its end. */
export interface Running {
  /** Name of the installation that it runs for. */
  readonly installation: string
  readonly job: KubernetesObject
  /** Service account that makes it, `namespace/name`; undefined for Reeve itself. */
  readonly account: string | undefined
  readonly mayQuote: boolean
  /** Whether it is asked for what its container left. */
  readonly wantsResult?: boolean
  /** It is not made where it is not there, which counts as its end. */
  readonly isOnlyLooked?: boolean
  /** Leaves secrets out of what is told. */
  readonly redact: (text: string) => string
}

/** State of a Job: as it is told. */
export type Told = Pick<HookRun, 'state' | 'message'> & {
  /** What its container left when it ended well. */
  readonly result?: string
}

interface Known {
  running: Running
  told: Told
  /** Number of looks that found nothing new. */
  looks: number
}

/** Delays between looks at a Job, by its state: a failed one is to run again where it is deleted. */
const PACES: Readonly<Record<Exclude<HookRun['state'], 'succeeded'>, Pace>> = {
  running: { firstMs: 500, longestMs: 15_000 },
  waiting: { firstMs: 1_000, longestMs: 60_000 },
  failed: { firstMs: 60_000, longestMs: 60_000 },
}
/** Maximum number of requests at once. */
const AT_ONCE = 8
/** Maximum length of what is told of a Job, in characters. */
const LONGEST = 300

const STATES: Readonly<Record<JobState['state'], HookRun['state']>> = {
  unmade: 'waiting',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
}

/** Makes Jobs, and looks at them until they have ended. Nothing is asked where none runs. */
export class RunningJobs implements AsyncDisposable {
  readonly #options: RunningJobsOptions
  readonly #known = new Map<ObjectId, Known>()
  readonly #timers = new Timers()
  readonly #limit = new Limit({ atOnce: AT_ONCE })
  readonly #stopped = new AbortController()
  readonly #looking = new Set<Promise<void>>()

  constructor(options: RunningJobsOptions) {
    this.#options = options
  }

  /** How a Job is doing; it is made where that did not happen yet. */
  of(running: Running): Told {
    const id = idOf(keyOf(running.job))
    const known = this.#known.get(id)
    if (known) {
      known.running = running
      if (known.told.state === 'succeeded') this.#known.delete(id) // whoever asks remembers it
      return known.told
    }
    const told: Told = { state: 'running' }
    this.#known.set(id, { running, told, looks: 0 })
    this.#lookNow(id)
    return told
  }

  /** Whether a Job is looked at. */
  knows(job: KubernetesObject): boolean {
    return this.#known.has(idOf(keyOf(job)))
  }

  /** Whether some Job is not known to have ended. */
  get isBusy(): boolean {
    return [...this.#known.values()].some(({ told }) => told.state === 'running')
  }

  /** Looks no more at the Jobs of an installation. */
  forget(installation: string): void {
    for (const [id, { running }] of this.#known) {
      if (running.installation !== installation) continue
      this.#known.delete(id)
      this.#timers.cancel(id)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers[Symbol.dispose]()
    this.#stopped.abort()
    await Promise.all(this.#looking)
  }

  #lookNow(id: ObjectId): void {
    const looking: Promise<void> = this.#look(id)
      .catch((error: unknown) => {
        if (this.#stopped.signal.aborted) return
        const problem = faultOf(error)
        logUnforeseen(this.#options.log)(error, problem)
        this.#note(id, { state: 'waiting', message: problem.message })
      })
      .finally(() => this.#looking.delete(looking))
    this.#looking.add(looking)
  }

  async #look(id: ObjectId): Promise<void> {
    const known = this.#known.get(id)
    if (known === undefined || this.#stopped.signal.aborted) return
    const { client, label } = this.#options
    const { signal } = this.#stopped
    const { job, redact, ...how } = known.running
    const found = await this.#limit.run(() => askJob(job, { client, label, signal, ...how }), signal)
    const isTold = found.state === 'unmade' || found.state === 'failed'
    this.#note(id, {
      state: STATES[found.state],
      ...(isTold && { message: tellable(redact(found.text)) }),
      ...(found.result !== undefined && { result: redact(found.result) }),
    })
  }

  #note(id: ObjectId, told: Told): void {
    const known = this.#known.get(id)
    if (known === undefined) return // forgotten meanwhile
    const isNews = known.told.state !== told.state || known.told.message !== told.message
    known.told = told
    known.looks = isNews ? 0 : known.looks + 1
    if (told.state !== 'succeeded')
      this.#timers.set(id, retryDelay(known.looks + 1, PACES[told.state]), () => this.#lookNow(id))
    if (isNews) this.#options.onNews(known.running.installation)
  }
}

function tellable(text: string): string {
  return cut(printable(cut(text, LONGEST)), LONGEST)
}
