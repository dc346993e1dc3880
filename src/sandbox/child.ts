import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

/** A program and the arguments that come before all others. */
export type Command = readonly [program: string, ...args: string[]]

/** What a program that ran to its end said; `code` is 128 and more where a signal ended it. */
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

/** Runs a program to its end. Rejects only where it can't be started. */
export async function run(
  [program, ...first]: Command,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const child = spawn(program, [...first, ...args], { cwd: options.cwd, env: options.env ?? process.env })
  child.stdin.on('error', () => {}) // it may end without reading all
  child.stdin.end(options.input ?? '')
  const stdout = child.stdout.setEncoding('utf8').toArray()
  const stderr = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  return { stdout: (await stdout).join(''), stderr: (await stderr).join(''), code: code ?? 128 }
}

/** Starts a server in a process group of its own, so that Ctrl-C reaches only us; appends to `log`. */
export function serve(
  [program, ...first]: Command,
  args: readonly string[],
  cwd: string,
  log: string,
): ChildProcess {
  const output = openSync(log, 'a')
  try {
    return spawn(program, [...first, ...args], { cwd, stdio: ['ignore', output, output], detached: true })
  } finally {
    closeSync(output)
  }
}

export function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

/** Sends `signal` and waits for the end; sends SIGKILL after `grace` milliseconds. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', grace: number): Promise<void> {
  if (!isRunning(child)) return
  const exited = once(child, 'exit')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), grace)
  await exited
  clearTimeout(timer)
}
