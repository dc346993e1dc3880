/** How fast an exchange has to be: a server that sends a byte now and then is never silent, and never done. */
export interface PaceOptions {
  /** How long all of it may take, in milliseconds. */
  readonly totalMs: number
  /** So often, in milliseconds, it is looked how much came since. */
  readonly windowMs: number
  /** The least that has to come in each window, in bytes. */
  readonly leastBytes: number
}

export interface Pace {
  /** Aborted with the reason when it is too slow. */
  readonly tooSlow: AbortSignal
  /** Some bytes came. */
  came(bytes: number): void
  /** Nothing is waited for any more. */
  end(): void
}

export function startPace({ totalMs, windowMs, leastBytes }: PaceOptions): Pace {
  const tooSlow = new AbortController()
  let bytes = 0
  const total = setTimeout(() => {
    tooSlow.abort(new Error(`timeout: not all of it came within ${totalMs / 1000} s`))
  }, totalMs)
  const look = setInterval(() => {
    if (bytes < leastBytes)
      tooSlow.abort(new Error(`timeout: only ${bytes} bytes came within ${windowMs / 1000} s`))
    bytes = 0
  }, windowMs)
  return {
    tooSlow: tooSlow.signal,
    came: (more) => {
      bytes += more
    },
    end: () => {
      clearTimeout(total)
      clearInterval(look)
    },
  }
}
