import { anyFault } from '../adapters/cluster/any-fault.ts'
import { within } from '../support/concurrency/within.ts'
import { faultFields, logUnforeseen } from '../support/telemetry/log.ts'
import type { Part, PartReport, PartState, ProcessHealth, Wait } from './part.ts'
import type { PartName, Parts } from './parts.ts'
import { PARTS, partsOf } from './roles.ts'
import type { ProcessOptions } from './start-context.ts'

/** Maximum time for one part to end, in milliseconds. */
const END_WITHIN_MS = 8_000

export interface PartFailure {
  readonly name: PartName
  readonly reason: unknown
}

/** A part of this process, and its state. */
interface Running {
  state: PartState
  /** Aborted to end the part. */
  ends: AbortController
  part?: Part
  wait?: Wait | undefined
  /** Why it failed. */
  reason?: string
}

/**
 * The parts of one process: each starts after the parts that it needs, and ends before them. A failed part
 * brings down the parts that need it.
 */
export class Lifecycle implements ProcessHealth, AsyncDisposable {
  readonly #options: ProcessOptions
  readonly #running: ReadonlyMap<PartName, Running>
  /** In the order in which they were started. */
  readonly #started: PartName[] = []
  /** Parts that failed while they ran and were not restarted. */
  readonly #broken = new Set<PartName>()
  #failures = Promise.withResolvers<PartFailure>()

  /** @param roots the wanted parts; the parts that they need are added */
  constructor(roots: readonly PartName[], options: ProcessOptions) {
    this.#options = options
    this.#running = new Map(
      partsOf(roots).map((name): [PartName, Running] => [
        name,
        { state: 'new', ends: new AbortController() },
      ]),
    )
    options.metrics.onParts(() => this.parts())
  }

  /**
   * Starts parts that are not running. Resolves when everything runs, or when a running part has failed
   * meanwhile.
   * @param signal ends the start
   * @throws the error that keeps a part from starting; started parts keep running
   */
  async start(signal?: AbortSignal): Promise<void> {
    const starts = new Map<PartName, Promise<void>>()
    const begin = (name: PartName): Promise<void> => {
      const known = starts.get(name)
      if (known) return known
      const started = this.#startAfter(name, PARTS[name].needs.map(begin))
      starts.set(name, started)
      return started
    }
    const end = () => this.#endStarts()
    let first: { readonly error: unknown } | undefined
    signal?.addEventListener('abort', end)
    try {
      const all = [...this.#running.keys()].map((name) =>
        begin(name).catch((error: unknown) => {
          first ??= { error }
          end()
        }),
      )
      await Promise.all(all)
    } finally {
      signal?.removeEventListener('abort', end)
    }
    if (first && this.#broken.size === 0) throw first.error
  }

  /** Resolves with a part that failed while it ran, once the parts that need it have ended. */
  get failed(): Promise<PartFailure> {
    return this.#failures.promise
  }

  /**
   * A running part.
   * @throws if it is not running
   */
  get<Name extends PartName>(name: Name): Parts[Name] {
    const running = this.#running.get(name)
    if (running?.state !== 'running') throw new Error(`the part ${name} is ${running?.state ?? 'not wanted'}`)
    return running.part as Parts[Name]
  }

  parts(): readonly PartReport[] {
    return [...this.#running].map(([name, { state, wait, reason, part }]) => ({
      name,
      state,
      detail: reason ?? wait?.text ?? (state === 'running' ? part?.notReady : undefined),
    }))
  }

  readiness() {
    const all = [...this.#running.values()]
    const ready = all.find(({ wait }) => wait?.isReady)?.wait
    if (ready) return { isReady: true, text: ready.text }
    const lacks = this.parts().filter(({ state, detail }) => state !== 'running' || detail !== undefined)
    if (lacks.length === 0) return { isReady: true, text: 'ok' }
    return { isReady: false, text: lacks.find(({ detail }) => detail !== undefined)?.detail ?? 'starting' }
  }

  notHealthy(): string | undefined {
    for (const { state, part } of this.#running.values())
      if (state === 'running' && part?.notHealthy !== undefined) return part.notHealthy
    return undefined
  }

  /** Ends everything in the reverse order of its start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#endStarts()
    await this.#stop(this.#started)
  }

  async #startAfter(name: PartName, needed: readonly Promise<void>[]): Promise<void> {
    await Promise.all(needed)
    const running = this.#of(name)
    if (running.state === 'running') return
    running.ends = new AbortController()
    delete running.reason
    this.#broken.delete(name)
    this.#enter(name, 'starting')
    try {
      const part = await this.#create(name, running)
      if (running.ends.signal.aborted) {
        await end(part)
        throw running.ends.signal.reason
      }
      this.#begin(name, part)
    } catch (error) {
      running.wait = undefined
      if (running.ends.signal.aborted) this.#enter(name, 'terminated')
      else this.#fail(name, error)
      throw error
    }
  }

  async #create(name: PartName, { ends }: Running): Promise<Part> {
    const needed = Object.fromEntries([...this.#running].map(([other, { part }]) => [other, part]))
    const part = await PARTS[name].start(needed as unknown as Parts, {
      ...this.#options,
      signal: ends.signal,
      health: this,
      waitFor: (wait) => {
        this.#of(name).wait = wait
      },
    })
    return part as Part // all members of Part are optional, so every part fits
  }

  #begin(name: PartName, part: Part): void {
    const running = this.#of(name)
    running.part = part
    running.wait = undefined
    this.#started.push(name)
    this.#enter(name, 'running')
    const { failure } = part
    failure?.addEventListener('abort', () => void this.#bringDown(name, failure.reason), { once: true })
  }

  /** Ends the parts that need a failed part, and then that part. */
  async #bringDown(name: PartName, reason: unknown): Promise<void> {
    if (this.#of(name).part === undefined || this.#of(name).ends.signal.aborted) return
    const needsIt = (other: PartName) => other !== name && partsOf([other]).includes(name)
    this.#broken.add(name)
    this.#fail(name, reason)
    this.#endStarts(needsIt)
    await this.#stop([name, ...this.#started.filter(needsIt)])
    const { resolve } = this.#failures
    this.#failures = Promise.withResolvers()
    resolve({ name, reason })
  }

  /** @param names in the order in which they started */
  async #stop(names: readonly PartName[]): Promise<void> {
    const ending = [...names].reverse()
    for (const name of ending) this.#of(name).ends.abort()
    for (const name of ending) await this.#end(name)
  }

  async #end(name: PartName): Promise<void> {
    const running = this.#of(name)
    const { part, state } = running
    if (part === undefined) return
    delete running.part
    this.#started.splice(this.#started.indexOf(name), 1)
    if (state !== 'failed') this.#enter(name, 'stopping')
    // A part that cannot be ended, or not in time, must not keep the others from ending.
    const tell = (error: unknown) => logUnforeseen(this.#options.log)(error, anyFault(error))
    await within(END_WITHIN_MS, end(part).catch(tell))
    if (state !== 'failed') this.#enter(name, 'terminated')
  }

  #endStarts(which: (name: PartName) => boolean = () => true): void {
    for (const [name, { state, ends }] of this.#running) if (state === 'starting' && which(name)) ends.abort()
  }

  #fail(name: PartName, error: unknown): void {
    const problem = anyFault(error)
    this.#of(name).reason = problem.message
    this.#enter(name, 'failed')
    this.#options.log.debug({ part: name, ...faultFields(problem) }, 'part failed')
  }

  #enter(name: PartName, state: PartState): void {
    this.#of(name).state = state
    this.#options.log.debug({ part: name, state }, 'part')
  }

  #of(name: PartName): Running {
    const running = this.#running.get(name)
    if (running === undefined) throw new Error(`no part ${name}`)
    return running
  }
}

async function end(part: Part): Promise<void> {
  part[Symbol.dispose]?.()
  await part[Symbol.asyncDispose]?.()
}
