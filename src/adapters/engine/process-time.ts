import { readFileSync } from 'node:fs'

/** Length of a clock tick: Linux's USER_HZ is 100 everywhere. */
const TICK_MS = 10

/** CPU time of a process, in milliseconds; elapsed time if it is unknown. */
export function processTime(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [, ...fields] = stat.slice(stat.lastIndexOf(')')).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS // utime and stime (proc_pid_stat(5))
  } catch {
    return performance.now() // no /proc, or the process has ended
  }
}
