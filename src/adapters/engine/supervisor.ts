import { errorMessage } from '../../model/error-message.ts'
import type { EngineLimits, RenderFailure } from './engine.ts'
import { type Death, type EngineChild, startChild } from './engine-child.ts'
import type { EngineMessage } from './engine-message.ts'
import { encodedFiles, failure, type Job, lookUp } from './job.ts'
import { type WorkClock, workClock } from './work-clock.ts'

interface Running {
  readonly job: Job
  readonly clock: WorkClock
  /** The program's CPU time when this rendering was first found to be slow. */
  noticedAt?: number
}

export interface SupervisorOptions extends EngineLimits {
  /**
   * When other renderings wait, one that has worked for more than `ms` milliseconds, during which the program
   * used CPU, is handed to `giveAway` and starts over there. Without `brief`, renderings stay until they end.
   */
  readonly brief?: { readonly ms: number; readonly giveAway: (job: Job) => void }
  /** Receives the renderings that may have crashed the program; without it, they fail. */
  readonly suspect?: (job: Job) => void
}

/** Maximum number of renderings under way, with those waiting for lookups, as a multiple of `parallel`. */
const WAITING_FOR_LOOKUPS = 16

/**
 * Runs renderings in one program, which starts on demand and ends when idle. A rendering fails if the program
 * cannot start, or ends for a known reason while no other rendering ran.
 */
export class Supervisor implements Disposable {
  readonly #program: string
  readonly #options: SupervisorOptions
  #child: EngineChild | undefined
  #waiting: Job[] = []
  readonly #running = new Map<number, Running>()
  #idle: NodeJS.Timeout | undefined
  /** Timer of the next check for a slow rendering that has to make room. */
  #brief: NodeJS.Timeout | undefined
  #stopped = false

  constructor(program: string, options: SupervisorOptions) {
    this.#program = program
    this.#options = options
  }

  add(job: Job): void {
    if (this.#stopped) job.settle(stopped)
    else this.#waiting.push(job)
    this.#next()
  }

  /** Ends the program; unfinished renderings get an answer that says so. */
  [Symbol.dispose](): void {
    this.#stopped = true
    const jobs = [...this.#takeRunning(), ...this.#waiting]
    this.#waiting = []
    clearTimeout(this.#idle)
    clearTimeout(this.#brief)
    this.#abandonChild()
    for (const job of jobs) job.settle(stopped)
  }

  /** Starts waiting jobs while there is room. */
  #next(): void {
    clearTimeout(this.#idle)
    clearTimeout(this.#brief)
    while (this.#waiting.length > 0 && (this.#hasRoom() || this.#makeRoom())) {
      const job = this.#waiting.shift()
      const child = job && (this.#child ?? this.#start(job))
      if (child) this.#begin(child, job)
    }
    if (this.#running.size === 0 && this.#child) this.#rest(this.#child)
  }

  /** A rendering that waits for a lookup takes no room. */
  #hasRoom(): boolean {
    const { parallel } = this.#options
    const working = [...this.#running.values()].filter(({ clock }) => clock.isRunning).length
    return working < parallel && this.#running.size < parallel * WAITING_FOR_LOOKUPS
  }

  /** Hands over slow renderings. @returns whether there is room now */
  #makeRoom(): boolean {
    const { brief } = this.#options
    if (brief === undefined) return false
    if ([...this.#running.values()].some((running) => this.#isLong(running, brief.ms))) {
      this.#beginAgain()
      return true
    }
    this.#brief = setTimeout(() => this.#next(), brief.ms / 2)
    return false
  }

  /** On a busy machine, elapsed time proves nothing: the program must have used CPU, too. */
  #isLong(running: Running, briefMs: number): boolean {
    if (running.clock.workedMs < briefMs) return false
    const cpuMs = this.#child?.cpuMs() ?? 0
    running.noticedAt ??= cpuMs
    return cpuMs - running.noticedAt >= briefMs / 2
  }

  /** Go cannot stop a template, so the program ends: slow renderings start over elsewhere, others here. */
  #beginAgain(): void {
    const { brief } = this.#options
    const isLong = (running: Running) => brief !== undefined && this.#isLong(running, brief.ms)
    const running = [...this.#running.values()].map((one) => ({ job: one.job, long: isLong(one) }))
    this.#takeRunning()
    this.#abandonChild()
    this.#waiting.unshift(...running.filter(({ long }) => !long).map(({ job }) => job))
    for (const { job, long } of running) if (long) brief?.giveAway(job)
  }

  #rest(child: EngineChild): void {
    child.keepAlive(false)
    this.#idle = setTimeout(() => this.#endChild(child), this.#options.idleMs)
    this.#idle.unref()
  }

  #begin(child: EngineChild, job: Job): void {
    child.keepAlive(true)
    const running = { job, clock: workClock(job.timeoutMs, () => this.#overrun(running)) }
    this.#running.set(job.id, running)
    running.clock.start()
    child.send({ id: job.id, ...job.order })
  }

  /** Starts the program; if that fails at once, the job fails. */
  #start(job: Job): EngineChild | undefined {
    try {
      const child = startChild(this.#program, this.#options, {
        onMessage: (message) => this.#hear(child, message),
        onDeath: (death, words) => this.#bury(child, death, words),
      })
      this.#child = child
      return child
    } catch (error) {
      job.settle(this.#verdict('no-start', errorMessage(error)))
      return undefined
    }
  }

  #hear(child: EngineChild, message: EngineMessage): void {
    const running = child === this.#child ? this.#running.get(message.id) : undefined
    if (!running) return // from an abandoned program
    const { missing, lookup, result, error } = message
    if (missing) void this.#sendFiles(child, running)
    else if (lookup) void this.#answerLookup(child, running, lookup)
    else this.#finish(running, () => running.job.settle(result ?? (error ? { ok: false, ...error } : silent)))
  }

  async #sendFiles(child: EngineChild, running: Running): Promise<void> {
    const { job, clock } = running
    clock.pause()
    try {
      const files = await encodedFiles(job.tree)
      if (this.#isAtWork(running))
        this.#resume(running, () => child.send({ id: job.id, ...job.order, files }))
    } catch (error) {
      if (this.#isAtWork(running)) this.#finish(running, () => job.reject(error))
    }
  }

  async #answerLookup(
    child: EngineChild,
    running: Running,
    question: NonNullable<EngineMessage['lookup']>,
  ): Promise<void> {
    running.clock.pause()
    this.#next()
    const lookup = await lookUp(running.job, question)
    if (this.#isAtWork(running)) {
      this.#resume(running, () => child.send({ lookupOf: running.job.id, lookup }))
    }
  }

  /** Whether this very attempt is still running. */
  #isAtWork(running: Running): boolean {
    return this.#running.get(running.job.id) === running
  }

  #resume({ clock }: Running, send: () => void): void {
    clock.start()
    send()
  }

  #finish(running: Running, settle: () => void): void {
    running.clock.pause()
    this.#running.delete(running.job.id)
    settle()
    this.#next()
  }

  #overrun({ job }: Running): void {
    this.#running.delete(job.id)
    this.#beginAgain()
    job.settle(failure('bounds', `rendering takes longer than ${job.timeoutMs / 1000} s`))
    this.#next()
  }

  #bury(child: EngineChild, death: Death, words: string): void {
    if (child !== this.#child) return
    this.#child = undefined
    const { suspect } = this.#options
    const jobs = this.#takeRunning()
    const isKnown = death === 'no-start' || (jobs.length === 1 && death !== 'unknown')
    for (const job of jobs) {
      if (isKnown || suspect === undefined) job.settle(this.#verdict(death, words))
      else suspect(job)
    }
    this.#next()
  }

  #verdict(death: Death, words: string): RenderFailure {
    const mebibytes = Math.round(this.#options.memoryBytes / 1024 ** 2)
    if (death === 'memory') return failure('bounds', `rendering uses more than ${mebibytes} MiB of memory`)
    if (death === 'stack') return failure('bounds', 'rendering nests too deeply: a template calls itself')
    const [line] = words.split('\n')
    if (death === 'no-start') return failure('engine', `${this.#program} cannot be started: ${line}`)
    return failure('engine', `the renderer ended unexpectedly${line ? `: ${line}` : ''}`)
  }

  #takeRunning(): Job[] {
    const running = [...this.#running.values()]
    for (const { clock } of running) clock.pause()
    this.#running.clear()
    return running.map(({ job }) => job)
  }

  #endChild(child: EngineChild): void {
    if (child === this.#child) this.#child = undefined
    child.end()
  }

  #abandonChild(): void {
    const child = this.#child
    this.#child = undefined
    child?.kill()
    child?.keepAlive(false)
  }
}

const stopped = failure('engine', 'the renderer was stopped')
const silent = failure('engine', 'the renderer did not answer')
