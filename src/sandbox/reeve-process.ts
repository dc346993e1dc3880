import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { guard } from './reaper.ts'
import { until } from './until.ts'

/** One line of Reeve's log: a static message plus fields. */
export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** A Reeve in its own process, as users run it. */
export interface ReeveProcess extends AsyncDisposable {
  readonly log: readonly LogLine[]
  /** Resolves with the first line of that message that fits, past or future. */
  logged(message: string, fits?: (line: LogLine) => boolean, within?: number): Promise<LogLine>
  signal(signal: NodeJS.Signals): void
  /** Resolves with the exit code, or the signal that ended it, once its log is read to the end. */
  readonly exited: Promise<number | NodeJS.Signals>
  readonly pid: number
}

/**
 * Starts `reeve ARGS` with its log as JSON. It ends with the calling process, however that ends.
 * @param main path of the program, as mainModule() gives it
 */
export function startReeveProcess(
  main: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ReeveProcess {
  const child = spawn(process.execPath, [main, ...args, '--log-format', 'json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  guard(child)
  const log: LogLine[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(readLine(line)))
  const exited = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals)
  return {
    log,
    logged: (message, fits = () => true, within) =>
      until(
        `"${message}" in the log`,
        () => log.find((line) => line.msg === message && fits(line)),
        within,
      ).catch((error) => {
        throw new Error(`${error.message}\n${log.map((line) => JSON.stringify(line)).join('\n')}`)
      }),
    signal: (signal) => void child.kill(signal),
    exited,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

function readLine(line: string): LogLine {
  try {
    return JSON.parse(line)
  } catch {
    return { level: 'raw', msg: line } // not a line of the log
  }
}
