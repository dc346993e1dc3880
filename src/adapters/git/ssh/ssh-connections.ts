import type { Budgets } from '../../../model/budgets.ts'
import { Sessions } from '../../ssh/sessions.ts'
import type { PaceSettings } from '../answer-pace.ts'
import { budgetsWithin, type Connection, type Connections, type OperationOptions } from '../connection.ts'
import type { SshRemote } from '../remote.ts'
import { StatefulClient } from './stateful-client.ts'

/** Isomorphic-git takes no URL of SSH; nothing connects to this one. */
const REQUEST_URL = 'https://ssh.invalid/repository'

export interface SshConnectionsOptions extends PaceSettings {
  readonly budgets: Budgets
}

/** The connections to one remote over SSH, without any proxy. */
export class SshConnections implements Connections {
  readonly #remote: SshRemote
  readonly #options: SshConnectionsOptions
  readonly #sessions: Sessions
  readonly #closed = new AbortController()
  /** Whether the remote had too many refs at the last look to list them all each time. */
  #isLong = false

  constructor(remote: SshRemote, options: SshConnectionsOptions) {
    const { address, ssh: settings } = remote
    this.#remote = remote
    this.#options = options
    this.#sessions = new Sessions({ address, settings, connectMs: options.limits.silenceMs })
  }

  get url(): string {
    return this.#remote.url
  }

  open({ signal, maxBytes, claim }: OperationOptions = {}): Connection {
    const signals = signal ? [signal, this.#closed.signal] : [this.#closed.signal]
    const ended = AbortSignal.any(signals)
    const { limits, onSilence, budgets } = this.#options
    const client = new StatefulClient({
      sessions: this.#sessions,
      url: this.url,
      path: this.#remote.address.path,
      limits,
      onSilence,
      budgets: budgetsWithin(budgets, maxBytes),
      signal: ended,
      claim,
      onList: (isLong) => {
        this.#isLong = isLong
      },
    })
    return {
      url: this.url,
      requestUrl: REQUEST_URL,
      http: client,
      listVersion: this.#isLong ? 2 : 1,
      signal: ended,
      secrets: async () => [],
      settle: () => client.settle(),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    this.#sessions[Symbol.dispose]()
  }
}
