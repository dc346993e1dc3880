import { AdaptiveLimit } from './adaptive-limit.ts'
import { ApiError } from './api-error.ts'
import type { Lane } from './lane.ts'
import { Lanes } from './lanes.ts'

/** No server is left alone for longer than this, whatever it asks for, in milliseconds. */
const LONGEST_PAUSE = 30_000
/** A request that takes longer, in milliseconds, keeps its place from no other: a webhook may hang. */
const SLOW = 1_000
/** So many times the limit may be under way without a place. */
const MOST_ASIDE = 8

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  /** Whose request it is: each has its turn, however many the others have. Without it, it is nobody's. */
  readonly lane?: string | undefined
}

/** A request under way. */
interface Ride {
  readonly lane: Lane
  readonly start: number
  readonly isFull: boolean
  isAside: boolean
}

/**
 * Lets as many requests run at once as the server takes. The others wait: those of a lane in the order
 * in which they came, and the lanes in turn. A request that takes long gives its place to others, and a
 * lane of such requests has at most half of the places: what hangs in one lane keeps no other from the
 * server. When the server refuses a request because it has too much to do, it is asked nothing until
 * the time that it names is over.
 */
export class Limiter {
  readonly #adaptive = new AdaptiveLimit()
  readonly #fixed: number | undefined
  readonly #lanes = new Lanes()
  /** In the order in which they began. */
  readonly #rides = new Set<Ride>()
  readonly #slow = new Set<Lane>()
  #running = 0
  #aside = 0
  #openAt = 0
  #timer: NodeJS.Timeout | undefined
  #sweep: NodeJS.Timeout | undefined

  /** @param fixed how many run at once at most, however long they take, where that is not to be found out */
  constructor(fixed?: number) {
    this.#fixed = fixed
  }

  /** How many may run at once now. */
  get limit(): number {
    return this.#fixed ?? this.#adaptive.limit
  }

  /** @throws what the task throws; the signal's reason where it is aborted before the task begins */
  async run<T>(task: () => Promise<T>, { signal, lane: name = '' }: RunOptions = {}): Promise<T> {
    signal?.throwIfAborted()
    const lane = this.#lanes.of(name)
    if (this.#hasRoom() && this.#mayEnter(lane)) this.#enter(lane)
    else await this.#turn(lane, signal)
    const isFull = this.#running >= this.limit
    const ride: Ride = { lane, start: performance.now(), isFull, isAside: false }
    this.#rides.add(ride)
    try {
      const result = await task()
      this.#adaptive.answered({ start: ride.start, end: performance.now() }, isFull)
      return result
    } catch (error) {
      this.#learn(error, ride)
      throw error
    } finally {
      this.#leave(ride)
      this.#admit()
    }
  }

  /** Lets everybody who waits for the server's sake go on. */
  open(): void {
    clearTimeout(this.#timer)
    this.#openAt = 0
    this.#admit()
  }

  #turn(lane: Lane, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#lanes.leave(lane, enter)
        reject(signal?.reason)
      }
      this.#lanes.wait(lane, enter)
      signal?.addEventListener('abort', leave, { once: true })
      if (this.#fixed === undefined) this.#sweepLater(SLOW)
    })
  }

  #hasRoom(): boolean {
    return this.#running < this.limit && performance.now() >= this.#openAt
  }

  /** What belongs to none is not held back: of that, requests that take long say nothing of the others. */
  #mayEnter(lane: Lane): boolean {
    if (lane.name === '' || !lane.isSlow(performance.now())) return true
    const { limit } = this
    const share = Math.min(limit, Math.floor((MOST_ASIDE * limit) / Math.max(1, this.#slow.size)))
    return lane.running < Math.ceil(limit / 2) && lane.running + lane.aside < Math.max(1, share)
  }

  #enter(lane: Lane): void {
    this.#running++
    lane.running++
  }

  #leave(ride: Ride): void {
    const { lane } = ride
    this.#rides.delete(ride)
    if (!ride.isAside) {
      this.#running--
      lane.running--
      return
    }
    this.#aside--
    lane.aside--
    lane.noteSlow(performance.now())
    if (lane.aside === 0) this.#slow.delete(lane)
  }

  /** Hands free places to the lanes in turn. */
  #admit(): void {
    while (this.#lanes.isAnyWaiting && this.#hasRoom()) {
      const next = this.#lanes.next((lane) => this.#mayEnter(lane))
      if (next === undefined) return
      this.#enter(next.lane)
      next.enter()
    }
    if (!this.#lanes.isAnyWaiting) this.#endSweep()
  }

  /** Nobody waits: a timer would only keep a process from its end. */
  #endSweep(): void {
    clearTimeout(this.#sweep)
    this.#sweep = undefined
  }

  #sweepLater(delay: number): void {
    this.#sweep ??= setTimeout(() => {
      this.#sweep = undefined
      this.#setAside()
      this.#admit()
      if (this.#lanes.isAnyWaiting) this.#sweepLater(this.#untilSlow())
    }, delay)
  }

  /** Takes the places of requests that take long. */
  #setAside(): void {
    const now = performance.now()
    for (const ride of this.#rides) {
      if (now - ride.start < SLOW || this.#aside >= MOST_ASIDE * this.limit) return
      if (ride.isAside) continue
      ride.isAside = true
      this.#running--
      this.#aside++
      ride.lane.running--
      ride.lane.aside++
      this.#slow.add(ride.lane)
    }
  }

  /** Milliseconds until the next request takes long. */
  #untilSlow(): number {
    const now = performance.now()
    for (const { isAside, start } of this.#rides)
      if (!isAside) return Math.max(SLOW / 10, SLOW - (now - start))
    return SLOW
  }

  /** What is set aside hangs for a reason of its own: it says nothing of how much the server has to do. */
  #learn(error: unknown, { start, isFull, isAside }: Ride): void {
    if (!(error instanceof ApiError)) return
    const interval = { start, end: performance.now() }
    if (isOverload(error) && !(isAside && error.code === 504)) {
      this.#adaptive.refused(interval)
      this.#pause(1000 * (error.retryAfterSeconds ?? 0))
    } else this.#adaptive.answered(interval, isFull)
  }

  #pause(asked: number): void {
    const until = performance.now() + Math.min(asked, LONGEST_PAUSE)
    if (until <= this.#openAt) return
    this.#openAt = until
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.open(), Math.max(0, until - performance.now()))
  }
}

/** A webhook's own refusal, whatever its code (apiserver, admission errors). */
const OF_A_WEBHOOK = /^admission webhook /

/** A 503 that names no time is another server's behind this one (an aggregated API), or one that starts. */
function isOverload({ code, message, retryAfterSeconds }: ApiError): boolean {
  if (OF_A_WEBHOOK.test(message)) return false
  return code === 429 || code === 504 || (code === 503 && retryAfterSeconds !== undefined)
}
