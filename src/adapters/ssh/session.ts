import { connect, type Socket } from 'node:net'
import ssh2, { type ClientChannel } from 'ssh2'
import type { FaultError } from '../../model/fault.ts'
import { hostKeyAlgorithms, hostKeyFault } from './host-key.ts'
import type { Login } from './login.ts'
import { SshRefused } from './ssh-refused.ts'

const KEEP_ALIVE_MS = 30_000

/** One connection to an SSH server, authenticated by a key; it begins to connect at once. */
export class Session implements Disposable {
  /**
   * Rejects with a FaultError for a host key that is not known or a private key that cannot be used, with SshRefused, or
   * with an error of the connection.
   */
  readonly ready: Promise<void>
  readonly #client = new ssh2.Client()
  readonly #socket: Socket
  #isReady = false
  #isOver = false

  /** @param connectMs maximum time until it is authenticated */
  constructor(login: Login, connectMs: number) {
    const { host, port } = login.address
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    })
    this.ready = this.#connect(login, connectMs)
    this.ready.catch(() => {}) // each user of the session awaits it, too
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Whether the connection has ended. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Starts a command. Rejects if the connection has ended, or the server refuses. */
  async exec(command: string, env: Readonly<Record<string, string>>): Promise<ClientChannel> {
    await this.ready
    return new Promise((resolve, reject) => {
      this.#client.exec(command, { env: { ...env } }, (error, channel) => {
        if (error) reject(error)
        else resolve(channel)
      })
    })
  }

  /** Breaks the connection, and all that uses it. */
  [Symbol.dispose](): void {
    this.#isOver = true
    this.#socket.destroy()
  }

  #connect(login: Login, connectMs: number): Promise<void> {
    const { address } = login
    const check = login.check()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const refusal: { fault?: FaultError | undefined } = {}
    const fail = (error: unknown): void => {
      reject(refusal.fault ?? error)
      this[Symbol.dispose]()
    }
    this.#client
      .on('ready', () => {
        this.#isReady = true
        resolve()
      })
      .on('error', (error) => fail(asRefusal(error)))
      .on('close', () => fail(new Error('the connection was closed')))
    this.#client.connect({
      sock: this.#socket,
      username: address.user,
      readyTimeout: connectMs,
      algorithms: { serverHostKey: hostKeyAlgorithms(check.keys), compress: ['none'] },
      hostVerifier: (key: Buffer) => {
        refusal.fault = hostKeyFault(key, check)
        return refusal.fault === undefined
      },
      authHandler: this.#authenticateOnce(login, fail),
    })
    return promise
  }

  /** Offers the key, which is decrypted only for a server that is known, and nothing else. */
  #authenticateOnce(login: Login, fail: (error: unknown) => void): ssh2.AuthHandlerMiddleware {
    let isDone = false
    return (_methods, _partial, next) => {
      try {
        const method = isDone ? false : login.authentication()
        isDone = true
        // The types lack it: false is the end of all methods.
        next(method as ssh2.AnyAuthMethod)
      } catch (error) {
        fail(error)
      }
    }
  }
}

function asRefusal(error: Error & { readonly level?: string }): Error {
  const isRefusal = error.level === 'client-authentication' || /authentication failures/i.test(error.message)
  if (isRefusal) return new SshRefused('the server accepts none of the keys', { cause: error })
  return error.level === 'agent' ? new SshRefused('the agent signs nothing', { cause: error }) : error
}
