/** Runs all tasks, so many at a time, and gives how each one ended, in their order. */
export async function atMost<T>(
  limit: number,
  tasks: readonly (() => Promise<T>)[],
): Promise<readonly PromiseSettledResult<T>[]> {
  const results: PromiseSettledResult<T>[] = []
  const queue = tasks.entries()
  const work = async () => {
    for (const [index, task] of queue) [results[index]] = await Promise.allSettled([task()])
  }
  await Promise.all(Array.from({ length: limit }, work))
  return results
}
