/** Lets at most `limit` tasks run at a time; the others wait in order. */
export function gate(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
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
    try {
      return await task()
    } finally {
      leave()
    }
  }
}
