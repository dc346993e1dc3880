import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { guard } from '../../src/demo/reaper.ts'
import { type ReeveProcess, startReeveProcess } from '../../src/demo/reeve-process.ts'

export type { LogLine, ReeveProcess } from '../../src/demo/reeve-process.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

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
export async function reeve(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  guard(child)
  const stdout = child.stdout.setEncoding('utf8').toArray()
  const stderr = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  return { code, stdout: (await stdout).join(''), stderr: (await stderr).join('') }
}
