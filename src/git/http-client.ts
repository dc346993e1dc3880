import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git'
import { type Dispatcher, request } from 'undici'
import { FaultError } from '../model/fault.ts'
import {
  type Advertisement,
  type Answer,
  isAdvertisement,
  type ListedRef,
  withHead,
} from './advertisement.ts'
import { largestObject } from './check-pack.ts'
import { collect } from './collect.ts'
import { basicAuthorization, type Credentials, secretsOf } from './credentials.ts'
import {
  abortedAnswer,
  brokenAnswer,
  refusedStatus,
  serverError,
  tooLarge,
  unreachable,
} from './git-fault.ts'
import { type PaceOptions, startPace } from './pace.ts'
import { redactUrl } from './redact-url.ts'
import type { PlainRemote } from './remote.ts'
import { readServerWords } from './server-words.ts'
import { type OnSilence, type Silence, startSilence } from './silence.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 5
/** A repository with a larger object is not fetched, in bytes. Forges take files of 100 MB. */
const LARGEST_FETCHED = 128 << 20
/** Silence is told after so many milliseconds. A server that packs says so every 5 s (uploadpack.keepAlive). */
const TELL_AFTER_MS = 10_000
/** Maximum time that a list of refs may take, in milliseconds. */
const LONGEST_LIST_MS = 120_000

export interface HttpOptions {
  readonly remote: PlainRemote
  readonly dispatcher: Dispatcher
  /** So long nothing may arrive, in milliseconds. */
  readonly timeout: number
  /** How fast an exchange has to be. */
  readonly pace: PaceOptions
  /** Told before that, once for each request. */
  readonly onSilence: OnSilence
  /** The longest answer that is read, in bytes. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
  readonly advertisement: Advertisement
  /** The list of refs that was kept will do if it says so. */
  readonly listed?: ListedRef | undefined
}

/**
 * The HTTP side of isomorphic-git, for one operation. Credentials go along from the first request
 * (one round trip less at each poll), to the remote's own origin only. Answers are read whole and
 * looked through, so that whatever is wrong is a FaultError before isomorphic-git sees it.
 */
export function httpClient(options: HttpOptions): HttpClient {
  const base = { url: options.remote.url }
  return {
    async request(asked: GitHttpRequest): Promise<GitHttpResponse> {
      const url = base.url + asked.url.slice(options.remote.url.length)
      const { advertisement, listed } = options
      const kept = listed && advertisement.take(asked, listed)
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
  const { dispatcher, signal, remote, maxBytes } = options
  const method = asked.method === 'POST' ? 'POST' : 'GET'
  const silence = silenceOf(`${method} ${redactUrl(url)}`, options)
  const pace = startPace(isShort(method, body) ? shortened(options.pace) : options.pace)
  const ends = [silence.tooLong, pace.tooSlow, ...(signal ? [signal] : [])]
  try {
    const response = await request(url, {
      dispatcher,
      method,
      headers: { ...asked.headers, ...authorization(url, remote.url, credentials) },
      ...(body && { body }),
      signal: AbortSignal.any(ends),
      // Undici's own do not count while a request waits for a connection.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const bytes = await readAll(response.body, maxBytes, (size) => {
      silence.broken()
      pace.came(size)
    })
    return { url, statusCode: response.statusCode, headers: plainHeaders(response.headers), bytes }
  } catch (error) {
    if (signal?.aborted) throw abortedAnswer(signal)
    throw error instanceof FaultError ? error : unreachable(url, error)
  } finally {
    silence.end()
    pace.end()
  }
}

/** A list of refs, which is asked for at each poll and short. */
function isShort(method: 'GET' | 'POST', body: Buffer | undefined): boolean {
  return method === 'GET' || body?.subarray(0, 64).includes('command=ls-refs') === true
}

function shortened({ totalMs, ...pace }: PaceOptions): PaceOptions {
  return { ...pace, totalMs: Math.min(totalMs, LONGEST_LIST_MS) }
}

function silenceOf(asked: string, { timeout, onSilence }: HttpOptions): Silence {
  const tellAfter = Math.min(TELL_AFTER_MS, timeout / 2)
  return startSilence({ tellAfter, timeout, tell: (silentMs) => onSilence(asked, silentMs) })
}

function checked(answer: Answer, credentials: Credentials | undefined, options: HttpOptions): Answer {
  const secrets = credentials ? secretsOf(credentials) : []
  const service = answer.url.includes('git-receive-pack') ? 'push' : 'fetch'
  const { url, statusCode, headers, bytes } = answer
  if (statusCode !== 200) throw refusedStatus({ url, statusCode, body: bytes, service, secrets, credentials })
  if (!headers['content-type']?.startsWith('application/x-git-')) {
    throw unreachable(options.remote.url, 'the server does not speak Git at this URL')
  }
  const words = readServerWords(bytes)
  if (words.error) throw serverError(options.remote.url, words.error, secrets)
  if (!words.complete) throw brokenAnswer(options.remote.url)
  if (headers['content-type'].includes('upload-pack-result')) checkObjects(bytes, options.remote.url)
  return answer
}

/** Isomorphic-git inflates every object of a pack, whatever its size. */
function checkObjects(bytes: Buffer, url: string): void {
  const largest = largestObject(bytes, LARGEST_FETCHED)
  if (largest === undefined) throw brokenAnswer(url)
  if (largest > LARGEST_FETCHED) throw tooLarge(LARGEST_FETCHED)
}

/** Only the first GET may be sent elsewhere (as git's http.followRedirects=initial), and never to less safety. */
function redirectOf(answer: Answer, method: string | undefined): string | undefined {
  const { location } = answer.headers
  if (!REDIRECTS.has(answer.statusCode) || !location || method === 'POST') return undefined
  const next = URL.parse(location, answer.url)
  const safe = next?.protocol === 'https:' || (next?.protocol === 'http:' && answer.url.startsWith('http:'))
  if (!next || !safe) throw unreachable(answer.url, 'redirected to what is not HTTPS')
  return next.href
}

/** What the repository is called now, where the server redirected `<base>/info/refs`. */
function baseAfterRedirect(base: string, asked: string, answered: string): string {
  const suffix = asked.slice(base.length)
  return answered !== asked && answered.endsWith(suffix) ? answered.slice(0, -suffix.length) : base
}

function authorization(
  url: string,
  remote: string,
  credentials: Credentials | undefined,
): Record<string, string> {
  if (!credentials || new URL(url).origin !== new URL(remote).origin) return {}
  return { authorization: `Basic ${basicAuthorization(credentials)}` }
}

async function readAll(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  onBytes: (size: number) => void,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  onBytes(0)
  for await (const chunk of body) {
    onBytes(chunk.length)
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

async function* oneChunk(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes
}

function plainHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const pairs = Object.entries(headers).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  )
  return Object.fromEntries(pairs)
}
