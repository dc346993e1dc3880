import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

/** A program and its leading arguments. */
export type Command = readonly [program: string, ...args: string[]]

/** Output of a finished program; `code` is 128 if a signal ended it. */
export interface Finished {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

export interface RunOptions {
  readonly input?: string | undefined
  readonly cwd?: string | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
}

/** Runs a program to its end. Rejects only if it cannot be started. */
export async function run(
  [program, ...first]: Command,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const child = spawn(program, [...first, ...args], { cwd: options.cwd, env: options.env ?? process.env })
  child.stdin.on('error', () => {}) // it may exit before reading everything
  child.stdin.end(options.input ?? '')
  const stdout = child.stdout.setEncoding('utf8').toArray()
  const stderr = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  return { stdout: (await stdout).join(''), stderr: (await stderr).join(''), code: code ?? 128 }
}

/** A server of a test or a demo lives for minutes: 140 MiB more for an eighth less CPU, as measured. */
const COLLECT_SELDOM = { GOGC: '400' }

/**
 * Starts a server in its own process group, so that Ctrl-C reaches only this process; appends its output to
 * `log`.
 */
export function serve(
  [program, ...first]: Command,
  args: readonly string[],
  cwd: string,
  log: string,
): ChildProcess {
  const output = openSync(log, 'a')
  try {
    const env = { ...COLLECT_SELDOM, ...process.env }
    return spawn(program, [...first, ...args], {
      cwd,
      env,
      stdio: ['ignore', output, output],
      detached: true,
    })
  } finally {
    closeSync(output)
  }
}

export function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

/** Sends `signal` and waits for the exit; sends SIGKILL after `grace` milliseconds. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', grace: number): Promise<void> {
  if (!isRunning(child)) return
  const exited = once(child, 'exit')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), grace)
  await exited
  clearTimeout(timer)
}
