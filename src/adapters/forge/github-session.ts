import { createPrivateKey, hash } from 'node:crypto'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/core'
import { FaultError, isFault } from '../../model/fault.ts'
import { objectIn, writeJson } from '../../model/json.ts'
import { needId, needText } from './answer-fields.ts'
import { fetchThrough } from './fetch-through.ts'
import type { ForgeClient } from './forge-client.ts'
import { type ForgeApp, type ForgeCredentials, readCredentialFile, tokenFrom } from './forge-credentials.ts'
import { forgeFault, refusal } from './forge-fault.ts'
import { apiUrl, type ForgeLocation } from './forge-location.ts'

export interface GithubAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly data: unknown
}

export interface GithubCall {
  /** Of the route, its query and its body. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Statuses that are no fault, besides 200 to 299. */
  readonly expected?: readonly number[]
  readonly signal?: AbortSignal | undefined
}

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** Requests to GitHub in the name of a token's user or of an App. */
export class GithubSession {
  readonly #location: ForgeLocation
  readonly #credentials: ForgeCredentials
  readonly #client: ForgeClient
  #opened: { readonly key: string; readonly octokit: Promise<Octokit> } | undefined

  constructor(location: ForgeLocation, credentials: ForgeCredentials, client: ForgeClient) {
    this.#location = location
    this.#credentials = credentials
    this.#client = client
  }

  get isApp(): boolean {
    return this.#credentials.app !== undefined
  }

  /** Whose credentials they are, as far as that is known without a request. */
  async identity(): Promise<string> {
    const { app } = this.#credentials
    return app ? `App ${app.id}` : tokenFrom(this.#credentials)()
  }

  /** @param route such as `GET /repos/{owner}/{repo}` @throws FaultError */
  async ask(route: string, call: GithubCall = {}): Promise<GithubAnswer> {
    const octokit = await this.#octokit()
    try {
      return await this.#send(octokit, route, call)
    } catch (error) {
      // The App's token may be revoked, or its installation another one.
      if (isFault(error, 'forge-unauthorized')) this.#opened = undefined
      throw error
    }
  }

  /** Login of the account, as it stands at its comments. */
  async account(signal?: AbortSignal): Promise<string> {
    const { data } = await this.ask(this.isApp ? 'GET /app' : 'GET /user', { signal })
    return this.isApp ? `${needText(data, ['slug'])}[bot]` : needText(data, ['login'])
  }

  async #octokit(): Promise<Octokit> {
    const { app } = this.#credentials
    const key = app ? await readKey(app) : ''
    const digest = hash('sha256', key)
    if (this.#opened?.key !== digest) {
      const octokit = app ? this.#openApp(app, key) : this.#openToken()
      this.#opened = { key: digest, octokit }
      octokit.catch(() => {
        if (this.#opened?.octokit === octokit) this.#opened = undefined
      })
    }
    return this.#opened.octokit
  }

  async #openToken(): Promise<Octokit> {
    const octokit = new Octokit(this.#options())
    const token = tokenFrom(this.#credentials)
    octokit.hook.before('request', async ({ headers }) => {
      headers.authorization = `token ${await token()}`
    })
    return octokit
  }

  async #openApp({ id, installation }: ForgeApp, privateKey: string): Promise<Octokit> {
    const open = (more: object) =>
      new Octokit({
        ...this.#options(),
        authStrategy: createAppAuth,
        auth: { appId: id, privateKey, log: SILENT, ...more },
      })
    if (installation !== undefined) return open({ installationId: installation })
    const { data, status } = await this.#send(open({}), 'GET /repos/{owner}/{repo}/installation', {
      expected: [404],
    })
    if (status === 404)
      throw forgeFault(
        'forge-unauthorized',
        `the App ${id} is not installed on ${this.#location.path.join('/')}`,
      )
    return open({ installationId: needId(data, ['id']) })
  }

  #options() {
    return {
      baseUrl: apiUrl(this.#location),
      userAgent: 'reeve',
      log: SILENT,
      request: { fetch: fetchThrough(this.#client), log: SILENT },
    }
  }

  async #send(octokit: Octokit, route: string, call: GithubCall): Promise<GithubAnswer> {
    const { parameters, expected = [], signal } = call
    const [owner, repo] = this.#location.path
    // What the route does not name, the library adds to the query.
    const names = route.includes('{owner}') ? { owner, repo } : {}
    const request = signal && { request: { signal } }
    try {
      const { status, headers, data } = await octokit.request(route, { ...names, ...parameters, ...request })
      return { status, headers, data }
    } catch (error) {
      return answerIn(error, expected)
    }
  }
}

/** The answer in an error of the library, where its status is expected. @throws any other error, as a FaultError */
function answerIn(error: unknown, expected: readonly number[]): GithubAnswer {
  if (!(error instanceof Error)) throw error
  if (error.cause instanceof FaultError) throw error.cause
  const { status, request, response } = objectIn(error)
  if (typeof status !== 'number' || !('response' in error)) throw error.cause ?? error
  const { data, headers } = objectIn(response)
  if (expected.includes(status)) return { status, headers: objectIn(headers), data }
  const { method, url } = objectIn(request)
  const text = typeof data === 'string' ? data : writeJson(data)
  throw refusal({ method: String(method) as 'GET', url: String(url) }, { status, text })
}

async function readKey({ keyFile }: ForgeApp): Promise<string> {
  const pem = await readCredentialFile(keyFile)
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return pem
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
  }
  throw forgeFault('forge-unauthorized', `${keyFile} holds no private RSA key in PEM`)
}

function ignore(): void {}
