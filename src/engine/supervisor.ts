import type { EngineLimits, RenderFailure } from './engine.ts'
import { type Death, type EngineChild, startChild } from './engine-child.ts'
import type { EngineMessage } from './engine-message.ts'
import { encodedFiles, failure, type Job, lookUp } from './job.ts'
import { type WorkClock, workClock } from './work-clock.ts'

interface Running {
  readonly job: Job
  readonly clock: WorkClock
}

/**
 * Keeps the program at work: starts it when there is something to do, ends it when there has been
 * nothing for a while, and finds out which rendering it died of. Where several were at work they
 * are repeated one at a time; what it dies of then, or twice for no known reason, is given up.
 */
export class Supervisor {
  readonly #program: string
  readonly #limits: EngineLimits
  #child: EngineChild | undefined
  #waiting: Job[] = []
  #suspects: Job[] = []
  readonly #running = new Map<number, Running>()
  readonly #deaths = new WeakMap<Job, number>()
  #idle: NodeJS.Timeout | undefined
  #stopped = false

  constructor(program: string, limits: EngineLimits) {
    this.#program = program
    this.#limits = limits
  }

  add(job: Job): void {
    if (this.#stopped) job.settle(stopped)
    else this.#waiting.push(job)
    this.#next()
  }

  /** Ends the program; what is not done yet gets an answer that says so. */
  stop(): void {
    this.#stopped = true
    const jobs = [...this.#takeRunning(), ...this.#suspects, ...this.#waiting]
    this.#suspects = []
    this.#waiting = []
    clearTimeout(this.#idle)
    this.#abandonChild()
    for (const job of jobs) job.settle(stopped)
  }

  /** Begins what may begin now: suspects alone, others as many at a time as there may be. */
  #next(): void {
    clearTimeout(this.#idle)
    while (this.#hasRoom()) {
      const job = this.#suspects.shift() ?? this.#waiting.shift()
      if (!job) break
      const child = this.#child ?? this.#start(job)
      if (child) this.#begin(child, job)
    }
    if (this.#running.size === 0 && this.#child) this.#rest(this.#child)
  }

  #hasRoom(): boolean {
    if (this.#suspects.length > 0) return this.#running.size === 0
    const alone = [...this.#running.values()].some(({ job }) => this.#deaths.has(job))
    return !alone && this.#running.size < this.#limits.parallel
  }

  #rest(child: EngineChild): void {
    child.keepAlive(false)
    this.#idle = setTimeout(() => this.#endChild(child), this.#limits.idleMs)
    this.#idle.unref()
  }

  #begin(child: EngineChild, job: Job): void {
    child.keepAlive(true)
    const running = { job, clock: workClock(job.timeoutMs, () => this.#overrun(running)) }
    this.#running.set(job.id, running)
    running.clock.start()
    child.send({ id: job.id, ...job.order })
  }

  /** Starts the program; where there is no room for a process, the job gets that for an answer. */
  #start(job: Job): EngineChild | undefined {
    try {
      const child = startChild(this.#program, this.#limits, {
        onMessage: (message) => this.#hear(child, message),
        onDeath: (death, words) => this.#bury(child, death, words),
      })
      this.#child = child
      return child
    } catch (error) {
      job.settle(this.#verdict('no-start', error instanceof Error ? error.message : String(error)))
      return undefined
    }
  }

  #hear(child: EngineChild, message: EngineMessage): void {
    const running = child === this.#child ? this.#running.get(message.id) : undefined
    if (!running) return // of a program that was given up
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
    const lookup = await lookUp(running.job, question)
    if (this.#isAtWork(running)) {
      this.#resume(running, () => child.send({ lookupOf: running.job.id, lookup }))
    }
  }

  /** Whether this very attempt still goes on. */
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

  /** Go stops no template: the program has to go, and the others begin again. */
  #overrun({ job }: Running): void {
    const others = this.#takeRunning().filter((other) => other !== job)
    this.#waiting.unshift(...others)
    this.#abandonChild()
    job.settle(failure('bounds', `rendering takes longer than ${job.timeoutMs / 1000} s`))
    this.#next()
  }

  #bury(child: EngineChild, death: Death, words: string): void {
    if (child !== this.#child) return
    this.#child = undefined
    const jobs = this.#takeRunning()
    for (const job of jobs) {
      const before = this.#deaths.get(job) ?? 0
      this.#deaths.set(job, before + 1)
      const guilty = jobs.length === 1 && (death !== 'unknown' || before > 0)
      if (guilty || death === 'no-start') job.settle(this.#verdict(death, words))
      else this.#suspects.push(job)
    }
    this.#next()
  }

  #verdict(death: Death, words: string): RenderFailure {
    const mebibytes = Math.round(this.#limits.memoryBytes / 1024 ** 2)
    if (death === 'memory') return failure('bounds', `rendering takes more than ${mebibytes} MiB of memory`)
    if (death === 'stack') return failure('bounds', 'rendering nests too deeply: a template calls itself')
    const [line] = words.split('\n')
    if (death === 'no-start') return failure('engine', `${this.#program} can not be started: ${line}`)
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
const silent = failure('engine', 'the renderer gave no answer')
