import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { homedir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import type { Io } from '../../src/cli/present/io.ts'
import { guard } from '../../src/sandbox/reaper.ts'
import { type ReeveProcess, startReeveProcess } from '../../src/sandbox/reeve-process.ts'
import { packageRoot } from '../../src/support/package/package-root.ts'
import { createLog } from '../../src/support/telemetry/log.ts'

export type { LogLine, ReeveProcess } from '../../src/sandbox/reeve-process.ts'

/** `npm test` has it built before. */
const MAIN = join(packageRoot(), process.env.REEVE_MAIN ?? 'src/cli/main.ts')
/** What `main` calls. */
const EXECUTE = join(dirname(MAIN), `execute${extname(MAIN)}`)

/** Starts `reeve ARGS` with its log as JSON. It is stopped with the caller, however that ends. */
export function startReeve(args: readonly string[], env: NodeJS.ProcessEnv = {}): ReeveProcess {
  return startReeveProcess(MAIN, args, env)
}

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `reeve ARGS` to its end. */
export async function reeve(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
  })
  guard(child)
  const stdout = child.stdout.setEncoding('utf8').toArray()
  const stderr = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  return { code, stdout: (await stdout).join(''), stderr: (await stderr).join('') }
}

/** Runs `reeve ARGS | READER` to its end; the reader is a command of the shell. */
export async function reeveThrough(args: readonly string[], reader: string): Promise<string> {
  const child = spawn('sh', ['-c', `"$0" "$@" | { ${reader}; }`, process.execPath, MAIN, ...args], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  guard(child)
  return (await child.stdout.setEncoding('utf8').toArray()).join('')
}

/** Runs `reeve ARGS` to its end in this process, which costs a quarter of a process of its own. */
export async function reeveWithin(args: readonly string[]): Promise<Finished> {
  const { execute } = await import(EXECUTE)
  const out: string[] = []
  const err: string[] = []
  const io: Io = {
    out: { write: (text) => out.push(text) },
    err: { write: (text) => err.push(text) },
    colour: false,
    errColour: false,
    surroundings: { environment: process.env, terminal: false, homeDirectory: homedir() },
    openLog: (settings) => createLog(settings, { write: (line) => void err.push(line) }),
  }
  const code = await execute(args, io)
  return { code, stdout: out.join(''), stderr: err.join('') }
}
