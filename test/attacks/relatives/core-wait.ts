import { readFile } from 'node:fs/promises'

/**
 * Time for which the main thread of a process was ready to run and had no core, in ms since it started
 * (/proc/PID/schedstat, of which the second number is in ns); 0 where the kernel does not tell.
 */
export async function waitedForCore(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '')
  const [, waited = '0'] = text.split(' ')
  return Number(waited) / 1e6
}
