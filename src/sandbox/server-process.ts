import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { FaultError, fault } from '../model/fault.ts'
import { ifMissing } from '../support/files/if-missing.ts'
import { type Command, end, isRunning, serve } from './child.ts'
import type { Reaper } from './reaper.ts'

const patience = 60_000

export interface ServerOptions {
  readonly name: string
  readonly command: Command
  readonly arguments: readonly string[]
  /** Working directory. */
  readonly directory: string
  readonly log: string
  readonly reaper: Reaper
  /** Checks whether the server is ready. */
  readonly isReady: () => Promise<boolean>
}

/** A server program that can be stopped and started again. */
export class ServerProcess {
  readonly #options: ServerOptions
  #child: ChildProcess | undefined

  constructor(options: ServerOptions) {
    this.#options = options
  }

  /** Undefined while it is not running. */
  get processId(): number | undefined {
    return this.#child && isRunning(this.#child) ? this.#child.pid : undefined
  }

  /** Starts the program if it is not running. Resolves when it is ready. */
  async start(): Promise<void> {
    if (this.#child && isRunning(this.#child)) return
    const { command, directory, log, reaper } = this.#options
    const child = serve(command, this.#options.arguments, directory, log)
    child.on('error', () => {}) // isRunning detects it
    reaper.guard(child)
    this.#child = child
    await this.#untilReady(child)
  }

  /** Sends SIGTERM and, after two seconds, SIGKILL: open watches would delay the exit. */
  async stop(): Promise<void> {
    if (this.#child) await end(this.#child, 'SIGTERM', 2000)
  }

  async kill(): Promise<void> {
    if (this.#child) await end(this.#child, 'SIGKILL', 2000)
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + patience
    while (!(await this.#options.isReady())) {
      if (!isRunning(child)) throw await this.#failure('ended')
      if (performance.now() > deadline) throw await this.#failure(`was not ready after ${patience / 1000} s`)
      await delay(30)
    }
  }

  async #failure(what: string): Promise<FaultError> {
    const { name, log } = this.#options
    const lines = (await readFile(log, 'utf8').catch(ifMissing(''))).trim().split('\n')
    return new FaultError(fault('control-plane-start', `${name} ${what}:\n${lines.slice(-15).join('\n')}`))
  }
}
