import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { guard } from '../../src/sandbox/reaper.ts'
import type { Image } from '../helpers/image.ts'
import { LogFollower, type LogLine } from './log-follower.ts'

export type { LogLine } from './log-follower.ts'

/** Clock ticks a second in /proc (sysconf(_SC_CLK_TCK) of Linux). */
const TICKS = 100

/** A running Reeve, a process of its own. */
export interface Subject extends AsyncDisposable {
  readonly startedAt: number
  /** How many lines it has logged so far. */
  readonly lines: number
  /** Resolves with the first line of that message from the `from`th line on. */
  logged(message: string, from?: number): Promise<LogLine>
  signal(signal: NodeJS.Signals): void
  /** Seconds of CPU time so far. */
  cpuSeconds(): Promise<number>
  /** MiB of memory now, and the most that it ever was. */
  memory(): Promise<{ readonly now: number; readonly peak: number }>
  /** The same error with the last lines of the log. */
  explain(error: unknown): Error
  /** Ends it in order. */
  stop(): Promise<void>
}

export interface SubjectOptions {
  /** Where a CPU profile of the process is written when it ends. */
  readonly profile?: string | undefined
}

/** Starts `reeve ARGS` as the image does. */
export function startSubject(
  { nodeArguments, environment }: Image,
  args: readonly string[],
  { profile }: SubjectOptions = {},
): Subject {
  const startedAt = performance.now()
  const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]
  const command = [...profiling, ...nodeArguments, ...args, '--log-format', 'json']
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  guard(child)
  const exited = once(child, 'exit')
  const log = new LogFollower(child)
  const proc = (file: string) => readFile(`/proc/${child.pid}/${file}`, 'utf8')
  return {
    startedAt,
    get lines() {
      return log.length
    },
    logged: (message, from) => log.logged(message, from),
    signal: (signal) => void child.kill(signal),
    cpuSeconds: async () => cpuSecondsIn(await proc('stat')),
    memory: async () => memoryIn(await proc('status')),
    explain: (error) => new Error(`${error}\n${log.tail()}`, { cause: error }),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

// proc(5): the second field is in brackets and may hold blanks; utime and stime are the 14th and 15th.
function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

function memoryIn(status: string): { readonly now: number; readonly peak: number } {
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return { now: kib('VmRSS') / 1024, peak: kib('VmHWM') / 1024 }
}
