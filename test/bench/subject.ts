import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { guard } from '../../src/demo/reaper.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const PATIENCE_MS = 120_000
/** Clock ticks a second in /proc (sysconf(_SC_CLK_TCK) of Linux). */
const TICKS = 100

export interface LogLine {
  readonly msg: string
  readonly level: string
  /** When it came out of the pipe (performance.now()). */
  readonly at: number
  readonly [field: string]: unknown
}

/** A running Reeve, a process of its own. */
export interface Subject extends AsyncDisposable {
  readonly startedAt: number
  readonly log: readonly LogLine[]
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

/** Starts `reeve ARGS`. */
export function startSubject(args: readonly string[], { profile }: SubjectOptions = {}): Subject {
  const startedAt = performance.now()
  const nodeArgs = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]
  const child = spawn(process.execPath, [...nodeArgs, MAIN, ...args, '--log-format', 'json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  guard(child)
  const exited = once(child, 'exit')
  const { log, logged } = followLog(child)
  const proc = (file: string) => readFile(`/proc/${child.pid}/${file}`, 'utf8')
  return {
    startedAt,
    log,
    logged,
    signal: (signal) => void child.kill(signal),
    cpuSeconds: async () => cpuSecondsIn(await proc('stat')),
    memory: async () => memoryIn(await proc('status')),
    explain: (error) => new Error(`${error}\n${tail(log)}`, { cause: error }),
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

function followLog(child: ChildProcess): Pick<Subject, 'log' | 'logged'> {
  const log: LogLine[] = []
  const news = new EventEmitter()
  if (child.stderr)
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(readLine(line))
      news.emit('line')
    })
  child.once('exit', () => news.emit('line'))
  const logged = async (message: string, from = 0) => {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    for (let next = from; ; ) {
      for (; next < log.length; next++) {
        const line = log[next]
        if (line?.msg === message) return line
      }
      if (child.exitCode !== null) throw new Error(`reeve ended instead of logging "${message}"`)
      await once(news, 'line', { signal })
    }
  }
  return { log, logged }
}

function tail(log: readonly LogLine[]): string {
  return log
    .slice(-10)
    .map((line) => JSON.stringify(line))
    .join('\n')
}

function readLine(line: string): LogLine {
  const at = performance.now()
  try {
    return { ...JSON.parse(line), at }
  } catch {
    return { level: 'raw', msg: line, at }
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
