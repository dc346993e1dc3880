import { hash } from 'node:crypto'

/** Asks once for each token which account it belongs to. */
export class OwnAccount {
  readonly #ask: (signal?: AbortSignal) => Promise<string>
  #known: { readonly token: string; readonly account: string } | undefined

  constructor(ask: (signal?: AbortSignal) => Promise<string>) {
    this.#ask = ask
  }

  /** @param token the current one, or what else says whose credentials they are */
  async of(token: string, signal?: AbortSignal): Promise<string> {
    const digest = hash('sha256', token)
    if (this.#known?.token === digest) return this.#known.account
    const account = await this.#ask(signal)
    this.#known = { token: digest, account }
    return account
  }
}
