import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Whether no such process runs; one that nobody has waited for yet (a zombie) does not run. */
export async function processIsGone(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return true
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  return /\) Z /.test(stat)
}

/** Resolves to whether the condition became true within so many milliseconds. */
export async function becomesTrue(
  condition: () => Promise<boolean> | boolean,
  within: number,
): Promise<boolean> {
  const deadline = Date.now() + within
  while (!(await condition())) {
    if (Date.now() > deadline) return false
    await delay(50)
  }
  return true
}
