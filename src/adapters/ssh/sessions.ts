import { FaultError } from '../../model/fault.ts'
import type { SshAddress } from '../../model/ssh-address.ts'
import type { SshSettings } from '../../model/ssh-settings.ts'
import { untilAborted } from '../../support/concurrency/until-aborted.ts'
import { ExecChannel } from './exec-channel.ts'
import { type Login, readLogin } from './login.ts'
import { Session } from './session.ts'

/** Maximum time that an unused connection is kept, in milliseconds. */
const KEPT_MS = 60_000
/** Maximum age of a connection for another command, in milliseconds: the server may have withdrawn the key. */
const OLDEST_MS = 15 * 60_000
/** Commands at once over one connection; sshd allows 10 (MaxSessions). */
const MOST_COMMANDS = 4
/** Maximum time in which a kept connection starts a command, in milliseconds: it may have died unnoticed. */
const PROMPT_MS = 5_000

export interface SessionsOptions {
  readonly address: SshAddress
  readonly settings: SshSettings
  /** Maximum time until a connection is authenticated, in milliseconds. */
  readonly connectMs: number
}

export interface Command {
  readonly command: string
  /** Of which servers take what they want. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** A command that was started. Exactly one call of `release` ends its use of the connection. */
export interface Running {
  readonly channel: ExecChannel
  /** Whether the connection was made for an earlier command: it may have been dead. */
  readonly isReused: boolean
  /** @param isGood whether other commands may use the connection */
  release(isGood: boolean): void
}

interface Held {
  readonly session: Session
  readonly digest: string
  readonly since: number
  uses: number
  isRetired: boolean
  idle: NodeJS.Timeout | undefined
}

/**
 * The connections to one SSH server. One is kept for a minute after its last command, as long as the files of the login are
 * the same.
 */
export class Sessions implements Disposable {
  readonly #options: SessionsOptions
  readonly #all = new Set<Held>()
  #lastLogin: Login | undefined

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  /** @throws FaultError, SshRefused, an error of the connection, or the signal's reason */
  async start(command: Command): Promise<Running> {
    const login = await this.#login()
    command.signal.throwIfAborted()
    const kept = this.#kept(login)
    if (!kept?.session.isReady) return this.#start(kept ?? this.#connect(login), command, false)
    const signal = AbortSignal.any([command.signal, AbortSignal.timeout(PROMPT_MS)])
    return this.#start(kept, { ...command, signal }, true).catch((error) => {
      if (command.signal.aborted || error instanceof FaultError) throw error
      return this.#start(this.#connect(login), command, false) // it has died since
    })
  }

  /** A command over a connection of its own, after a kept one was found dead. */
  async startAnew(command: Command): Promise<Running> {
    return this.#start(this.#connect(await this.#login()), command, false)
  }

  /** The login as the files are now; the last one, with its decrypted key, if they are the same. */
  async #login(): Promise<Login> {
    const login = await readLogin(this.#options.address, this.#options.settings)
    if (this.#lastLogin?.digest !== login.digest) this.#lastLogin = login
    return this.#lastLogin
  }

  [Symbol.dispose](): void {
    for (const held of this.#all) this.#end(held)
  }

  async #start(held: Held, { command, env = {}, signal }: Command, isReused: boolean): Promise<Running> {
    held.uses += 1
    clearTimeout(held.idle)
    try {
      const channel = new ExecChannel(await untilAborted(held.session.exec(command, env), signal))
      return { channel, isReused, release: (isGood) => this.#release(held, isGood) }
    } catch (error) {
      this.#release(held, false)
      throw error
    }
  }

  #kept({ digest }: Login): Held | undefined {
    const oldest = performance.now() - OLDEST_MS
    for (const held of this.#all) {
      if (held.session.isOver || held.digest !== digest || held.since < oldest) this.#retire(held)
    }
    return [...this.#all].find(({ isRetired, uses }) => !isRetired && uses < MOST_COMMANDS)
  }

  #connect(login: Login): Held {
    const session = new Session(login, this.#options.connectMs)
    const since = performance.now()
    const held = { session, digest: login.digest, since, uses: 0, isRetired: false, idle: undefined }
    this.#all.add(held)
    return held
  }

  #release(held: Held, isGood: boolean): void {
    held.uses -= 1
    if (!isGood) held.isRetired = true
    if (held.uses > 0) return
    if (held.isRetired) this.#end(held)
    else held.idle = setTimeout(() => this.#end(held), KEPT_MS).unref()
  }

  #retire(held: Held): void {
    held.isRetired = true
    if (held.uses === 0) this.#end(held)
  }

  #end(held: Held): void {
    clearTimeout(held.idle)
    this.#all.delete(held)
    held.session[Symbol.dispose]()
  }
}
