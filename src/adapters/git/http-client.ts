import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git'
import { type Dispatcher, request } from 'undici'
import type { Budgets } from '../../model/budgets.ts'
import { FaultError } from '../../model/fault.ts'
import { redactUrl } from '../../model/redact-url.ts'
import type { DownloadClaim } from '../../support/exchange/download-room.ts'
import { plainHeaders } from '../../support/exchange/plain-headers.ts'
import { TooSlow } from '../../support/exchange/too-slow.ts'
import { upload } from '../../support/exchange/upload.ts'
import {
  type Advertisement,
  type Answer,
  isAdvertisement,
  type ListedRef,
  withHead,
} from './advertisement.ts'
import { awaitAnswer, type PaceSettings, type Purpose, paceOf, slowWords } from './answer-pace.ts'
import { checkAnswer } from './check-answer.ts'
import { collect } from './collect.ts'
import { basicAuthorization, type Credentials, secretsOf } from './credentials.ts'
import type { ForeignRemote } from './foreign-remote.ts'
import { refusedStatus, unreachable } from './git-fault.ts'
import { oneChunk } from './one-chunk.ts'
import { readAnswer } from './read-answer.ts'
import type { HttpRemote } from './remote.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 5
export interface HttpOptions extends PaceSettings {
  readonly remote: HttpRemote
  readonly foreign?: ForeignRemote | undefined
  readonly dispatcher: Dispatcher
  /** Maximum sizes of answers, and of what they hold. */
  readonly budgets: Budgets
  readonly signal?: AbortSignal | undefined
  /** Counts what is fetched. */
  readonly claim?: DownloadClaim | undefined
  readonly advertisement: Advertisement
  /** The kept list of refs suffices if it has this ref. */
  readonly listed?: ListedRef | undefined
}

/**
 * The HTTP side of isomorphic-git, for one operation. Credentials are sent from the first request on (one
 * round trip less at each poll), to the remote's own origin only. Answers are read whole and checked, so that
 * any defect is a FaultError before isomorphic-git sees it.
 */
export function httpClient(options: HttpOptions): HttpClient {
  const base = { url: options.remote.url }
  return {
    async request(asked: GitHttpRequest): Promise<GitHttpResponse> {
      const url = base.url + asked.url.slice(options.remote.url.length)
      const { advertisement, listed } = options
      const kept = listed && advertisement.listing(asked, listed)
      const answer = kept ?? (await ask(asked, url, options))
      if (!kept) advertisement.keep(asked, answer)
      base.url = baseAfterRedirect(base.url, url, answer.url)
      return {
        url: answer.url,
        statusCode: answer.statusCode,
        statusMessage: '',
        headers: { ...answer.headers },
        body: oneChunk(isAdvertisement(asked) ? withHead(answer.bytes) : answer.bytes),
      }
    },
  }
}

async function ask(asked: GitHttpRequest, url: string, options: HttpOptions): Promise<Answer> {
  const credentials = await options.remote.credentials()
  const body = asked.body ? await collect(asked.body) : undefined
  let target = url
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    options.foreign?.check(new URL(target))
    const answer = await exchange(asked, target, body, credentials, options)
    const next = redirectOf(answer, asked.method)
    if (!next) return checked(answer, credentials, options)
    target = next
  }
  throw unreachable(url, 'too many redirects')
}

async function exchange(
  asked: GitHttpRequest,
  url: string,
  body: Buffer | undefined,
  credentials: Credentials | undefined,
  options: HttpOptions,
): Promise<Answer> {
  const { dispatcher, signal } = options
  const method = asked.method === 'POST' ? 'POST' : 'GET'
  const purpose = purposeOf(asked)
  const pace = paceOf(purpose, `${method} ${redactUrl(url)}`, options)
  const send = () =>
    request(url, {
      dispatcher,
      method,
      headers: { ...asked.headers, ...authorization(url, options, credentials), ...lengthOf(body) },
      ...(body && { body: upload(body, pace, () => awaitAnswer(purpose, pace, options)) }),
      signal: AbortSignal.any(signal ? [pace.tooSlow, signal] : [pace.tooSlow]),
      // Undici's own timeouts do not run while a request waits for a connection.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  try {
    const response = await send().catch((error) => {
      if (!isClosed(error)) throw error
      return send()
    })
    const bytes = await readAnswer(response.body, purpose, pace, options)
    return { url, statusCode: response.statusCode, headers: plainHeaders(response.headers), bytes }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (error instanceof FaultError) throw error
    throw unreachable(url, error instanceof TooSlow ? slowWords(error, purpose) : error)
  } finally {
    pace.end()
  }
}

/**
 * The server closed a connection before it answered: usually one that was kept alive for too long. The
 * request may be repeated (RFC 9110, 9.2.2), a push too: it moves a ref from its expected commit, or not at
 * all.
 */
function isClosed(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET'
}

/** Protocol version 2 lists refs by POST, too; packs are fetched by version 1. */
function purposeOf({ url, method, headers }: GitHttpRequest): Purpose {
  if (method !== 'POST' || headers?.['Git-Protocol'] !== undefined) return 'list'
  return url.endsWith('/git-receive-pack') ? 'push' : 'fetch'
}

function lengthOf(body: Buffer | undefined): Record<string, string> {
  return body ? { 'content-length': String(body.length) } : {}
}

function checked(answer: Answer, credentials: Credentials | undefined, options: HttpOptions): Answer {
  const secrets = credentials ? secretsOf(credentials) : []
  const service = answer.url.includes('git-receive-pack') ? 'push' : 'fetch'
  const { url, statusCode, headers, bytes } = answer
  if (statusCode !== 200)
    throw refusedStatus({
      url,
      statusCode,
      body: bytes,
      service,
      secrets,
      credentials,
      isQuoted: options.foreign === undefined,
    })
  if (!headers['content-type']?.startsWith('application/x-git-')) {
    throw unreachable(options.remote.url, 'the server does not speak Git at this URL')
  }
  const hasPack = headers['content-type'].includes('upload-pack-result')
  checkAnswer(bytes, { url: options.remote.url, secrets, budgets: options.budgets, hasPack })
  return answer
}

/** Only GET requests are redirected (as git's http.followRedirects=initial), and never from HTTPS to HTTP. */
function redirectOf(answer: Answer, method: string | undefined): string | undefined {
  const { location } = answer.headers
  if (!REDIRECTS.has(answer.statusCode) || !location || method === 'POST') return undefined
  const next = URL.parse(location, answer.url)
  const safe = next?.protocol === 'https:' || (next?.protocol === 'http:' && answer.url.startsWith('http:'))
  if (!next || !safe) throw unreachable(answer.url, 'redirected to a URL that is not HTTPS')
  return next.href
}

/** The repository's URL, or its new one if the server redirected `<base>/info/refs`. */
function baseAfterRedirect(base: string, asked: string, answered: string): string {
  const suffix = asked.slice(base.length)
  return answered !== asked && answered.endsWith(suffix) ? answered.slice(0, -suffix.length) : base
}

function authorization(
  url: string,
  { remote, foreign }: HttpOptions,
  credentials: Credentials | undefined,
): Record<string, string> {
  if (!credentials || new URL(url).origin !== new URL(remote.url).origin) return {}
  if (foreign && !url.startsWith(`${remote.url}/`)) return {}
  return { authorization: `Basic ${basicAuthorization(credentials)}` }
}
