import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Bounds {
  readonly timeoutMs: number
  readonly outputBytes: number
}

/** What a program printed, or that it took too long or printed too much. */
export type BoundedRun =
  | { readonly ended: 'itself'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly ended: 'timeout' }
  | { readonly ended: 'output' }

const keptErrors = 64 * 1024

/**
 * Runs a program, and kills it when it is out of bounds; it sees no environment but `env`. Rejects
 * where it can't be started.
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
