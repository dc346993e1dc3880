import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Bounds {
  readonly timeoutMs: number
  readonly outputBytes: number
}

/** A program's output, or the bound that it exceeded. */
export type BoundedRun =
  | { readonly ended: 'itself'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly ended: 'timeout' }
  | { readonly ended: 'output' }

const keptErrors = 64 * 1024

/**
 * Runs a program with only `env` as its environment, and kills it if it exceeds the bounds. Rejects if it
 * cannot be started.
 */
export async function runBounded(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  bounds: Bounds,
): Promise<BoundedRun> {
  const child = spawn(program, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let ended: 'itself' | 'timeout' | 'output' = 'itself'
  const stop = (why: 'timeout' | 'output') => {
    ended = why
    child.kill('SIGKILL')
  }
  const timer = setTimeout(() => stop('timeout'), bounds.timeoutMs)
  const chunks: Buffer[] = []
  let size = 0
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > bounds.outputBytes) stop('output')
    else chunks.push(chunk)
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptErrors)
  })
  try {
    const [code] = await once(child, 'close')
    if (ended !== 'itself') return { ended }
    return { ended, code: code ?? 128, stdout: Buffer.concat(chunks).toString(), stderr }
  } finally {
    clearTimeout(timer)
  }
}
