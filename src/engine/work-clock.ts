/** Measures how long something works, and tells when that is too long; pauses do not count. */
export interface WorkClock {
  start(): void
  pause(): void
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
  }
}
