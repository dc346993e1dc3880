import { describeMs } from '../../model/describe-ms.ts'
import { type LeastRate, RateWindow } from './rate-window.ts'
import { TooSlow } from './too-slow.ts'

export interface PaceOptions {
  /** Maximum time in which nothing moves, in milliseconds. */
  readonly silenceMs: number
  /** Maximum time of the whole exchange, in milliseconds. */
  readonly totalMs: number
  /** Minimum rate, which applies only while data flows. */
  readonly rate?: LeastRate | undefined
  /** Called once at a silence before it is too long. */
  readonly onSilence?: { readonly afterMs: number; readonly tell: (silentMs: number) => void } | undefined
}

/** Bounds one exchange with another machine, which may be gone, slow or malicious. */
export interface Pace {
  /** Aborted with a TooSlow when a bound is exceeded. */
  readonly tooSlow: AbortSignal
  /** Records transferred bytes; 0 for a sign of life such as the headers of an answer. */
  moved(bytes: number): void
  /** Records bytes that mean nothing by themselves: they do not end a silence. */
  trickled(bytes: number): void
  /** Sets whether data flows, or the other side works: only a flow has a minimum rate. */
  flows(isFlowing: boolean): void
  /** Limits the rest of the exchange to this many milliseconds. */
  endWithin(ms: number): void
  /** Ends the watch over the exchange. */
  end(): void
}

/**
 * Watches over an exchange: length of a silence, rate of the flow, total time. A process that was itself
 * stalled first checks whether data arrived meanwhile.
 */
export function startPace(options: PaceOptions): Pace {
  return new RunningPace(options)
}

class RunningPace implements Pace {
  readonly #options: PaceOptions
  readonly #aborting = new AbortController()
  readonly #start = performance.now()
  #totalMs: number
  #movedAt = this.#start
  #isTold = false
  #bytes = 0
  /** Bytes since the silence began. */
  #trickled = 0
  #window: RateWindow | undefined
  #timer: NodeJS.Timeout | undefined
  #look: NodeJS.Immediate | undefined
  #isOver = false

  constructor(options: PaceOptions) {
    this.#options = options
    this.#totalMs = options.totalMs
    this.#wait()
  }

  get tooSlow(): AbortSignal {
    return this.#aborting.signal
  }

  moved(bytes: number): void {
    this.#movedAt = performance.now()
    this.#bytes += bytes
    this.#trickled = 0
  }

  trickled(bytes: number): void {
    this.#bytes += bytes
    this.#trickled += bytes
  }

  flows(isFlowing: boolean): void {
    const { rate } = this.#options
    if (!rate || rate.bytesPerSecond <= 0 || isFlowing === (this.#window !== undefined)) return
    this.#window = isFlowing ? new RateWindow(rate, performance.now(), this.#bytes) : undefined
    this.#wait()
  }

  endWithin(ms: number): void {
    this.#totalMs = Math.min(this.#totalMs, performance.now() - this.#start + ms)
    this.#wait()
  }

  end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    clearImmediate(this.#look)
  }

  #wait(): void {
    if (this.#isOver) return
    clearTimeout(this.#timer)
    // Arrived data is read between a timer and an immediate.
    this.#timer = setTimeout(() => {
      this.#look = setImmediate(() => this.#judge())
    }, this.#untilDue())
  }

  #untilDue(): number {
    const { silenceMs, onSilence } = this.#options
    const now = performance.now()
    const silence = onSilence && !this.#isTold ? Math.min(onSilence.afterMs, silenceMs) : silenceMs
    const due = Math.min(
      this.#movedAt + silence - now,
      this.#start + this.#totalMs - now,
      this.#window?.sampleEveryMs ?? Number.POSITIVE_INFINITY,
    )
    return Math.max(0, due)
  }

  #judge(): void {
    const { silenceMs, onSilence } = this.#options
    const now = performance.now()
    const silent = now - this.#movedAt
    if (onSilence && !this.#isTold && silent >= onSilence.afterMs) {
      this.#isTold = true
      onSilence.tell(silent)
    }
    const slow = this.#slowness(now)
    if (silent >= silenceMs)
      this.#abort('silence', `timeout: ${this.#little} arrived for ${silenceMs / 1000} s`)
    else if (now - this.#start >= this.#totalMs)
      this.#abort('total', `timeout: not finished within ${describeMs(this.#totalMs)}`)
    else if (slow !== undefined) this.#abort('rate', slow)
    else this.#wait()
  }

  get #little(): string {
    return this.#trickled === 0 ? 'nothing' : `no more than ${this.#trickled} bytes`
  }

  #slowness(now: number): string | undefined {
    const { rate } = this.#options
    const found = this.#window?.sample(now, this.#bytes)
    if (!rate || found === undefined || found >= rate.bytesPerSecond) return undefined
    const seconds = rate.windowMs / 1000
    return `too slow: ${Math.floor(found)} bytes/s over ${seconds} s, less than ${rate.bytesPerSecond} bytes/s`
  }

  #abort(bound: TooSlow['bound'], words: string): void {
    this.end()
    this.#aborting.abort(new TooSlow(bound, words))
  }
}
