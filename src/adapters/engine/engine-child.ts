import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { isJsonObject, parseJson, writeJson } from '../../model/json.ts'
import type { EngineLimits } from './engine.ts'
import type { EngineMessage, EngineOrder } from './engine-message.ts'
import { lineReader } from './line-reader.ts'
import { processTime } from './process-time.ts'

/** Why the program ended: out of memory, stack overflow, failed start, or unknown. */
export type Death = 'memory' | 'stack' | 'no-start' | 'unknown'

export interface ChildEvents {
  onMessage(message: EngineMessage): void
  /** Called once. `words` is the start of its stderr, or the error of the spawn. */
  onDeath(death: Death, words: string): void
}

/** The running program. */
export interface EngineChild {
  send(order: EngineOrder): void
  /** Sets whether the program keeps this process alive. */
  keepAlive(busy: boolean): void
  /** Closes its standard input, on which it exits at once. */
  end(): void
  kill(): void
  /** CPU time of the program, in milliseconds. */
  cpuMs(): number
}

const keptWords = 4096

/**
 * Starts the program in its own process group, so that Ctrl-C reaches only Reeve, and without Reeve's
 * environment. It exits when its standard input closes, which the kernel ensures however Reeve ends.
 */
export function startChild(program: string, limits: EngineLimits, events: ChildEvents): EngineChild {
  const child = spawn(program, argumentsFor(limits), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { GOTRACEBACK: 'none' },
    cwd: '/',
    detached: true,
  })
  let words = ''
  let fatal: string | undefined
  child.on('error', (error) => {
    words ||= error.message
  })
  child.stdin.on('error', () => {}) // it may exit before reading everything
  child.stdout.on(
    'data',
    lineReader((line) => {
      const message = parseMessage(line)
      if (message === undefined) child.kill('SIGKILL')
      else if (message.fatal === undefined) events.onMessage(message)
      else fatal = message.fatal
    }),
  )
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(0, keptWords)
  })
  child.on('close', () => events.onDeath(deathOf(child, fatal, words), words.trim()))
  return {
    send: (order) => void child.stdin.write(`${writeJson(order)}\n`),
    keepAlive: (busy) => keepAlive(child, busy),
    end: () => void child.stdin.end(),
    kill: () => void child.kill('SIGKILL'),
    cpuMs: () => processTime(child.pid),
  }
}

/** Undefined for a line that the program never writes, such as another program's output. */
function parseMessage(line: string): EngineMessage | undefined {
  const message = parseJson(line)
  return isJsonObject(message) ? (message as unknown as EngineMessage) : undefined
}

function argumentsFor({ memoryBytes, cacheBytes, outputBytes }: EngineLimits): string[] {
  return ['-memory', `${memoryBytes}`, '-cache', `${cacheBytes}`, '-output', `${outputBytes}`]
}

// Exit code 3: the program exceeded its memory limit (memory.go).
function deathOf(child: ChildProcess, fatal: string | undefined, words: string): Death {
  if (child.pid === undefined) return 'no-start'
  if (fatal === 'memory' || child.exitCode === 3 || words.includes('out of memory')) return 'memory'
  return words.includes('stack overflow') ? 'stack' : 'unknown'
}

function keepAlive(child: ChildProcess, busy: boolean): void {
  const change = busy ? 'ref' : 'unref'
  child[change]()
  for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe[change]()
}
