import { LRUCache } from 'lru-cache'
import type { EngineLimits } from './engine.ts'
import { failure, type Job } from './job.ts'
import { Supervisor } from './supervisor.ts'

/** So many trees that took long are remembered. */
const REMEMBERED = 1000

/**
 * What takes long: as many at a time as half of the cores, each in a program of its own, and of each tree in
 * turn, so that many installations of one tree do not keep another one waiting.
 */
export class LongLane implements Disposable {
  readonly #free: Supervisor[]
  readonly #all: readonly Supervisor[]
  readonly #briefMs: number
  #waiting: Job[] = []
  /** By the key of a tree that took long: when it was begun last, counted. */
  readonly #begun = new LRUCache<string, number>({ max: REMEMBERED })
  #count = 0
  #stopped = false

  constructor(program: string, limits: EngineLimits, briefMs: number) {
    const lanes = Math.max(1, Math.floor(limits.parallel / 2))
    const options = {
      ...limits,
      parallel: 1,
      memoryBytes: Math.floor(limits.memoryBytes / lanes),
      cacheBytes: Math.floor(limits.cacheBytes / lanes),
    }
    this.#all = Array.from({ length: lanes }, () => new Supervisor(program, options))
    this.#free = [...this.#all]
    this.#briefMs = briefMs
  }

  /** Whether a rendering belongs here: others of its tree took long. */
  takes({ order }: Job): boolean {
    return this.#begun.has(order.tree)
  }

  add(job: Job): void {
    this.#begun.set(job.order.tree, this.#begun.peek(job.order.tree) ?? 0)
    if (this.#stopped) job.settle(failure('engine', 'the renderer was stopped'))
    else this.#waiting.push(job)
    this.#next()
  }

  [Symbol.dispose](): void {
    this.#stopped = true
    const jobs = this.#waiting
    this.#waiting = []
    for (const job of jobs) job.settle(failure('engine', 'the renderer was stopped'))
    for (const lane of this.#all) lane[Symbol.dispose]()
  }

  #next(): void {
    const job = this.#free.length > 0 ? this.#takeNext() : undefined
    const lane = job && this.#free.pop()
    if (lane) this.#begin(job, lane)
  }

  /** The first of the tree that was begun longest ago. */
  #takeNext(): Job | undefined {
    const turnOf = ({ order }: Job) => this.#begun.peek(order.tree) ?? 0
    const turn = this.#waiting.reduce((least, job) => Math.min(least, turnOf(job)), Number.POSITIVE_INFINITY)
    const index = this.#waiting.findIndex((job) => turnOf(job) === turn)
    return this.#waiting.splice(index, index < 0 ? 0 : 1)[0]
  }

  #begin(job: Job, lane: Supervisor): void {
    const { tree } = job.order
    const began = performance.now()
    this.#count += 1
    this.#begun.set(tree, this.#count)
    const end = (isDone: boolean) => {
      if (isDone && performance.now() - began < this.#briefMs) this.#begun.delete(tree)
      this.#free.push(lane)
      this.#next()
    }
    lane.add({
      ...job,
      settle: (answer) => {
        job.settle(answer)
        end(!('ok' in answer))
      },
      reject: (error) => {
        job.reject(error)
        end(false)
      },
    })
  }
}
