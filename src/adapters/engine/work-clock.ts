/** Measures working time without pauses, and reports when it exceeds a limit. */
export interface WorkClock {
  start(): void
  pause(): void
  readonly isRunning: boolean
  /** Total running time, in milliseconds. */
  readonly workedMs: number
}

/** Creates a stopped clock that calls `onOverrun` after `limit` milliseconds of running time. */
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
