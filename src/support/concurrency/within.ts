/** Resolves when the task settles, or after `ms` milliseconds. */
export async function within(ms: number, task: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([task.then(ignore, ignore), late])
  clearTimeout(timer)
}

function ignore(): void {}
