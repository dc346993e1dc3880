import { LRUCache } from 'lru-cache'
import type { EngineLimits } from './engine.ts'
import { failure, type Job } from './job.ts'
import { Supervisor } from './supervisor.ts'

/** Minimum memory of one program, in bytes: less is too little for the charts that people use. */
const LEAST_MEMORY = 64 * 1024 ** 2
/** Maximum number of remembered slow trees. */
const REMEMBERED = 1000

/**
 * Runs slow renderings, at most half as many at a time as quick ones, each in a program of its own: all of these
 * together have the memory of one lane. Trees take turns, so that many installations of one tree do not delay another.
 */
export class LongLane implements Disposable {
  readonly #free: Supervisor[]
  readonly #all: readonly Supervisor[]
  readonly #briefMs: number
  #waiting: Job[] = []
  /** By the key of a slow tree: the sequence number of its latest start. */
  readonly #begun = new LRUCache<string, number>({ max: REMEMBERED })
  #count = 0
  #stopped = false

  constructor(program: string, limits: EngineLimits, briefMs: number) {
    const most = Math.floor(limits.memoryBytes / LEAST_MEMORY)
    const lanes = Math.max(1, Math.min(most, Math.floor(limits.parallel / 2)))
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

  /** Whether a rendering belongs here, because others of its tree were slow. */
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

  /** Takes the first job of the tree that started least recently. */
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
