/** A task that takes longer, in milliseconds, no longer keeps others waiting. */
const SLOW_AFTER_MS = 1_000

/** Lets at most `limit` tasks run at a time, and as many besides that take long; the others wait in order. */
export function gate(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  let slow = 0
  const enter = () => {
    if (running < limit) running += 1
    else return new Promise<void>((resolve) => waiting.push(resolve))
    return undefined
  }
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
  return async (task) => {
    await enter()
    let isSlow = false
    const timer = setTimeout(() => {
      if (slow >= limit) return
      isSlow = true
      slow += 1
      leave()
    }, SLOW_AFTER_MS)
    try {
      return await task()
    } finally {
      clearTimeout(timer)
      if (isSlow) slow -= 1
      else leave()
    }
  }
}
