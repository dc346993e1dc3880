import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Distinguishes a process from all others, even from a later one with the same pid. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** Clock ticks since boot (proc_pid_stat(5), field 22); empty without /proc. */
  readonly started: string
}

export function thisProcess(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, started: startTime(process.pid) }
}

/** Whether the process runs; only meaningful on its own host. */
export function isRunning(identity: ProcessIdentity): boolean {
  return exists(identity.pid) && startTime(identity.pid) === identity.started
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return '' // no /proc, or no such process
  }
}
