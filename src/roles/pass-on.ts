import { requestName, type WorkRequest } from '../model/work-request.ts'

export interface PassOnOptions {
  /** Passes requests on to the leader. */
  readonly send: (requests: readonly WorkRequest[]) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** Passes requests on to the leader, one write at a time; those that come meanwhile go together, equal ones once. */
export class PassOn {
  readonly #options: PassOnOptions
  readonly #waiting = new Map<string, WorkRequest>()
  #isSending = false

  constructor(options: PassOnOptions) {
    this.#options = options
  }

  /** Never throws. */
  async add(request: WorkRequest): Promise<void> {
    this.#waiting.set(requestName(request), request)
    if (this.#isSending) return
    this.#isSending = true
    const { send, onError } = this.#options
    while (this.#waiting.size > 0) await send(this.#take()).catch(onError)
    this.#isSending = false
  }

  #take(): readonly WorkRequest[] {
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    return all
  }
}
