/** Measures how long something works, and tells when that is too long; pauses do not count. */
export interface WorkClock {
  start(): void
  pause(): void
  /** Whether it runs. */
  readonly isRunning: boolean
  /** For how long it has run in all, in milliseconds. */
  readonly workedMs: number
}

/** A clock that stands still, and calls `onOverrun` once it has run for `limit` milliseconds in all. */
export function workClock(limit: number, onOverrun: () => void): WorkClock {
  let left = limit
  let since = 0
  let timer: NodeJS.Timeout | undefined
  const pause = () => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    left -= performance.now() - since
  }
  return {
    start() {
      pause()
      since = performance.now()
      timer = setTimeout(onOverrun, Math.max(left, 0))
    },
    pause,
    get isRunning() {
      return timer !== undefined
    },
    get workedMs() {
      return limit - left + (timer === undefined ? 0 : performance.now() - since)
    },
  }
}
