import { AdaptiveLimit } from './adaptive-limit.ts'
import { ApiError } from './api-error.ts'
import type { Lane } from './lane.ts'
import { Lanes } from './lanes.ts'

/** Maximum pause at a server's request, in milliseconds. */
const LONGEST_PAUSE = 30_000
/** Time after which a request is slow and gives up its place, in milliseconds: a webhook may hang. */
const SLOW = 1_000
/** Maximum number of slow requests without a place, as a multiple of the limit. */
const MOST_ASIDE = 8

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  /** Lane of the request: lanes take turns, however many requests each has. By default the unnamed lane. */
  readonly lane?: string | undefined
}

/** A request in flight. */
interface Ride {
  readonly lane: Lane
  readonly start: number
  readonly isFull: boolean
  isAside: boolean
}

/**
 * Runs as many requests at once as the server can take. The others wait: in order of arrival within a lane,
 * and lanes take turns. A slow request gives its place to others, and a lane of slow requests has at most
 * half of the places, so that a hanging lane does not block the others. After the server refuses a request
 * for overload, none is sent until the time that the server names is over.
 */
export class Limiter {
  readonly #adaptive = new AdaptiveLimit()
  readonly #fixed: number | undefined
  readonly #lanes = new Lanes()
  /** In order of start. */
  readonly #rides = new Set<Ride>()
  readonly #slow = new Set<Lane>()
  #running = 0
  #aside = 0
  #openAt = 0
  #timer: NodeJS.Timeout | undefined
  #sweep: NodeJS.Timeout | undefined

  /** @param fixed maximum number of concurrent requests, slow ones included; by default the limit adapts */
  constructor(fixed?: number) {
    this.#fixed = fixed
  }

  /** Maximum number of concurrent requests now. */
  get limit(): number {
    return this.#fixed ?? this.#adaptive.limit
  }

  /** @throws the error of the task; the signal's reason if it is aborted before the task begins */
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

  /** Ends the pause that the server asked for. */
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

  /** The unnamed lane is not held back: slow requests in it say nothing about its others. */
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

  /** Gives free places to the lanes in turn. */
  #admit(): void {
    while (this.#lanes.isAnyWaiting && this.#hasRoom()) {
      const next = this.#lanes.next((lane) => this.#mayEnter(lane))
      if (next === undefined) return
      this.#enter(next.lane)
      next.enter()
    }
    if (!this.#lanes.isAnyWaiting) this.#endSweep()
  }

  /** No request waits: the timer would only keep the process alive. */
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

  /** Takes the places of slow requests. */
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

  /** Milliseconds until the next request is slow. */
  #untilSlow(): number {
    const now = performance.now()
    for (const { isAside, start } of this.#rides)
      if (!isAside) return Math.max(SLOW / 10, SLOW - (now - start))
    return SLOW
  }

  /** A 504 of a request set aside has a reason of its own: it says nothing about the server's load. */
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

/** A refusal by a webhook, whatever its code (apiserver, admission errors). */
const OF_A_WEBHOOK = /^admission webhook /

/** A 503 without Retry-After comes from a server behind this one (an aggregated API), or one that starts. */
function isOverload({ code, message, retryAfterSeconds }: ApiError): boolean {
  if (OF_A_WEBHOOK.test(message)) return false
  return code === 429 || code === 504 || (code === 503 && retryAfterSeconds !== undefined)
}
